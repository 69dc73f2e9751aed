"""Bringing stories in from files: audio converted and sealed first, then the row; or nothing is left of either."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from checkin.gateway import audio
from checkin.queries import stories as queries
from checkin.runtime import DEFAULT_LINE, Runtime
from checkin.samples import library
from checkin.samples.library import Sample
from checkin.services.storytelling import stories
from checkin.services.storytelling.stories import NewStory, StoryError
from checkin.services.tellers import taking_back
from flows.library import Library
from flows.steps.people import Story as StoryStep
from flows.steps.talking import Ask

TEXT_FILES = frozenset({".txt", ".md"})
LONGEST_TEXT = 20_000
"""Letters. An hour of reading by text message, six letters a word; whatever is longer was named by mistake."""

WHO = "command line"


def words_of(path: Path) -> str:
    """The words in a text file (UTF-8). Raises StoryError."""
    try:
        if path.stat().st_size > 4 * LONGEST_TEXT:
            raise StoryError(f"the text is longer than {LONGEST_TEXT:,} letters: is it the right file?")
        content = path.read_bytes()
    except OSError as error:
        raise StoryError(f"the text can't be read ({error.strerror}): check its name and its permissions") from error
    return words_in(content)


def words_in(content: bytes) -> str:
    """The words of such a file. Raises StoryError."""
    try:
        words = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise StoryError("the text is not UTF-8: save it as plain text (UTF-8) and try again") from error
    if not words:
        raise StoryError("the text is empty: nothing to tell")
    if "\0" in words:
        raise StoryError("the text holds signs that are no letters: save it as plain text (UTF-8)")
    return words


def menu_topics(library: Library) -> tuple[str, ...]:
    """The topics by which stories can be asked for: what the flows that tell them offer, without `any`."""
    found: dict[str, None] = {}
    for flow in library.flows.values():
        played = [
            step.story.topic or "" for step in flow.body.steps if isinstance(step, StoryStep) and not step.story.submit
        ]
        for step in flow.body.steps:
            if isinstance(step, Ask) and step.save and any(re.search(rf"\b{step.save}\b", topic) for topic in played):
                found |= dict.fromkeys(topic for topic in step.choices or () if topic != "any")
    return tuple(found)


def take_in(
    runtime: Runtime, line: str, new: NewStory, recorded: bytes | None, *, publish: bool, ready: bool = False
) -> str:
    """Add one story, with the audio that was recorded or none. Answers its id. Raises AudioError and StoryError.

    ready: the audio came out of this line's own library, so that it is kept as it is, once it was seen to be sound.
    """
    if recorded is None:
        return runtime.do(lambda work: stories.add(work, line, new, who=WHO, publish=publish))
    made = audio.to_telephone(recorded)
    content = recorded if ready and audio.mime(recorded) == "audio/mpeg" else made.content
    with _kept(runtime, content) as key:
        whole = replace(new, media_key=key, seconds=made.seconds)
        return runtime.do(lambda work: stories.add(work, line, whole, who=WHO, publish=publish))


def take_back(runtime: Runtime, story_id: str) -> None:
    """Withdraw a story and destroy its own audio at once, not only when a worker comes to it. Raises StoryError."""
    media_key = runtime.do(lambda work: taking_back.withdraw(work, story_id, who=WHO))
    if media_key is not None:
        runtime.media.delete(media_key)


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
        new = runtime.do(lambda work: stories.load_samples(work, line, taken))
    except BaseException:
        _destroy(runtime, taken, keep=set())
        raise
    _destroy(runtime, taken, keep=new)  # another process may have loaded some of them meanwhile
    return len(new)


def begin_with_samples(runtime: Runtime, line: str = DEFAULT_LINE) -> int:
    """The same, for a database that has never had a story; any other is left as its organisers keep it."""
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
    for one in taken:
        if one.sample not in keep and one.media_key:
            runtime.media.delete(one.media_key)


@contextmanager
def _kept(runtime: Runtime, content: bytes) -> Iterator[str]:
    """Audio in the media store, under the key that is yielded; gone again when what follows fails."""
    key = runtime.new_id()
    runtime.media.put(key, content)
    try:
        yield key
    except BaseException:
        runtime.media.delete(key)
        raise
