"""The stories and tips that come with the line, taken in once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from checkin.runtime import Runtime
from checkin.samples import library
from checkin.samples.library import Sample
from checkin.stories import queries
from checkin.stories import service as stories
from checkin.stories.service import NewStory


def load_samples(runtime: Runtime, line: str, each: Callable[[Sample], None] = lambda _: None) -> int:
    """Publish the sample stories of the line's languages that it has never had. Answers how many were new.

    each: told of every sample before it is taken in.
    """
    here = runtime.read(queries.samples_loaded)
    languages = runtime.library.lines[line].languages
    missing = [sample for sample in library.stories() if sample.name not in here and sample.language in languages]
    taken: list[NewStory] = _tips(languages)
    try:
        for sample in missing:
            each(sample)
            taken.append(_as_new(runtime, sample))
        new = runtime.do(lambda uow: stories.load_samples(uow, line, taken))
    except BaseException:
        _destroy(runtime, taken, keep=set())
        raise
    _destroy(runtime, taken, keep=new)  # another process may have loaded some of them meanwhile
    return len(new)


def begin_with_samples(runtime: Runtime, line: str) -> int:
    """The same, for a database that has never had a story; any other is left as its organizers keep it."""
    return 0 if runtime.read(queries.any_story) else load_samples(runtime, line)


def _tips(languages: Collection[str]) -> list[NewStory]:
    """Each tip in each of the line's languages."""
    return [
        NewStory(tip.title, [tip.topic], language, words, sample=f"tip-{tip.name}-{language}", kind="tip")
        for tip in library.tips()
        for language, words in tip.words.items()
        if language in languages
    ]


def _as_new(runtime: Runtime, sample: Sample) -> NewStory:
    key = runtime.new_id()
    runtime.media.put(key, sample.audio.read_bytes())
    return NewStory(
        title=sample.title,
        topics=[sample.topic],
        language=sample.language,
        words=sample.transcript,
        note=sample.note,
        media_key=key,
        seconds=sample.seconds,
        sample=sample.name,
    )


def _destroy(runtime: Runtime, taken: list[NewStory], keep: set[str]) -> None:
    for new in taken:
        if new.sample not in keep and new.media_key:
            runtime.media.delete(new.media_key)
