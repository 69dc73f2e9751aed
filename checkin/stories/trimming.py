"""Trimming a story that waits: a shorter copy is made of the whole sound, and takes its place."""

from __future__ import annotations

from checkin.core.errors import UserError
from checkin.runtime import Runtime
from checkin.stories.models import Story
from checkin.stories.review import preparation
from checkin.telephony import audio
from checkin.telephony.media_store import MediaMissing


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
    key = runtime.new_id()
    teller = runtime.look(lambda uow: uow.session.get_one(Story, story_id).teller_id)
    runtime.media.put(key, made.content, teller)
    try:
        runtime.do(lambda uow: preparation.trimmed(uow, story_id, key, made.seconds, (head, tail), who))
    except BaseException:
        runtime.media.delete(key)
        raise
    return made.seconds
