"""Bringing stories in from files that are named at the terminal, and the samples that come with the line."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from checkin.assembly import DEFAULT_LINE
from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.samples import library
from checkin.samples.library import Sample
from checkin.stories import files, queries
from checkin.stories import service as stories
from checkin.stories.files import LONGEST_TEXT, words_in
from checkin.stories.service import NewStory

WHO = "command line"


def words_of(path: Path) -> str:
    """The words in a text file (UTF-8). Raises UserError."""
    try:
        if path.stat().st_size > 4 * LONGEST_TEXT:
            raise UserError(f"the text is longer than {LONGEST_TEXT:,} letters: is it the right file?")
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"the text can't be read ({error.strerror}): check its name and its permissions") from error
    return words_in(content)


def take_in(
    runtime: Runtime, line: str, new: NewStory, recorded: bytes | None, *, publish: bool, ready: bool = False
) -> str:
    """Add one story, from the terminal (`story_files.take_in`)."""
    return files.take_in(runtime, line, new, recorded, who=WHO, publish=publish, ready=ready)


def take_back(runtime: Runtime, story_id: str) -> None:
    """Withdraw a story, from the terminal (`story_files.take_back`)."""
    files.take_back(runtime, story_id, who=WHO)


def load_samples(runtime: Runtime, line: str = DEFAULT_LINE, each: Callable[[Sample], None] = lambda _: None) -> int:
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


def begin_with_samples(runtime: Runtime, line: str = DEFAULT_LINE) -> int:
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
    for item in taken:
        if item.sample not in keep and item.media_key:
            runtime.media.delete(item.media_key)
