"""Bringing stories in from files: audio converted and sealed first, then the row; or nothing is left of either."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.review import preparation
from checkin.stories.service import NewStory
from checkin.stories.tellers import withdrawal
from checkin.telephony import audio
from checkin.telephony.media_store import MediaMissing

TEXT_FILES = frozenset({".txt", ".md"})
LONGEST_TEXT = 20_000
"""Letters. An hour of reading by text message, six letters a word; whatever is longer was named by mistake."""


def origin_of(line: str, name: str) -> str:
    """By what an imported story is known again: its line and its name in the list."""
    return "import:" + hashlib.sha256(f"{line}:{name}".encode()).hexdigest()[:40]


def words_in(content: bytes) -> str:
    """The words in the content of a text file. Raises UserError."""
    if len(content) > 4 * LONGEST_TEXT:
        raise UserError("the text is longer than %(most)s characters: is it the right file?", most=f"{LONGEST_TEXT:,}")
    try:
        words = content.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise UserError("the text isn't UTF-8: save it as plain text (UTF-8) and try again") from error
    if not words:
        raise UserError("the text is empty: add some words")
    if "\0" in words:
        raise UserError("the text has characters that aren't letters: save it as plain text (UTF-8)")
    return words


def take_in(
    runtime: Runtime, line: str, new: NewStory, recorded: bytes | None, *, who: str, publish: bool, ready: bool = False
) -> str:
    """Add one story, with the audio that was recorded or none. Answers its id.

    Raises AudioError, ConversionFailed and UserError.

    ready: the audio came out of this line's own library, so that it is kept as it is, once it was seen to be sound.
    """
    if recorded is None:
        return runtime.do(lambda uow: stories.add(uow, line, new, who=who, publish=publish))
    made = audio.to_telephone(recorded)
    content = recorded if ready and audio.mime(recorded) == "audio/mpeg" else made.content
    with _kept(runtime, content) as key:
        whole = replace(new, media_key=key, seconds=made.seconds)
        return runtime.do(lambda uow: stories.add(uow, line, whole, who=who, publish=publish))


def take_back(runtime: Runtime, story_id: str, *, who: str, why: str = "") -> None:
    """Withdraw a story and destroy its own audio at once, not only when a worker comes to it. Raises UserError."""
    media_key = runtime.do(lambda uow: withdrawal.withdraw(uow, story_id, who=who, why=why))
    if media_key is not None:
        runtime.media.delete(media_key)


def trim(runtime: Runtime, story_id: str, head: float, tail: float, who: str) -> int:
    """Cut `head` and `tail` seconds off the whole sound (again: what was cut before comes back first).

    Answers how many seconds are left. Raises UserError and AudioError; then nothing was changed and nothing is left.
    """
    sound = runtime.do(lambda uow: preparation.sound_of(uow, story_id))
    if sound is None:
        raise UserError("it has no audio to trim")
    try:
        made = audio.trim(runtime.media.open(sound.whole_key), head, tail)
    except MediaMissing as error:
        raise UserError("its audio is missing: add it again") from error
    teller = runtime.look(lambda uow: uow.session.get_one(Story, story_id).teller_id)
    with _kept(runtime, made.content, teller) as key:
        runtime.do(lambda uow: preparation.trimmed(uow, story_id, key, made.seconds, (head, tail), who))
    return made.seconds


@contextmanager
def _kept(runtime: Runtime, content: bytes, contact_id: str | None = None) -> Iterator[str]:
    """Audio in the media store, under the key that is yielded; gone again when what follows fails."""
    key = runtime.new_id()
    runtime.media.put(key, content, contact_id)
    try:
        yield key
    except BaseException:
        runtime.media.delete(key)
        raise
