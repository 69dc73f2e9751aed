"""What the worker does about stories that wait, and about their tellers."""

from __future__ import annotations

from contextlib import suppress

from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import jobs
from checkin.delivery.jobs import Ready
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.runtime import Runtime
from checkin.stories import reactions
from checkin.stories.review import preparation, queue, watch
from checkin.stories.review.preparation import StorySound
from checkin.stories.tellers import news, thanks, yearly_consent
from checkin.telephony import waveform
from checkin.telephony.audio import AudioError
from checkin.telephony.media_store import MediaMissing
from checkin.telephony.port import Refused
from checkin.telephony.speech import SpeechError
from checkin.telephony.waveform import Drawn


def draw(runtime: Runtime, story_id: str) -> None:
    """How loud its sound is from beginning to end, now, for whoever waits for it."""
    sound = runtime.do(lambda uow: _sound(uow, story_id))
    if isinstance(sound, StorySound):
        with suppress(Refused):
            drawn = _draw(runtime, sound)
            runtime.do(lambda uow: _keep_drawn(uow, story_id, drawn))


def _sound(uow: UnitOfWork, story_id: str) -> StorySound | Skipped:
    return preparation.sound_of(uow, story_id) or Skipped("no sound")


def _draw(runtime: Runtime, sound: StorySound) -> Drawn:
    try:
        return waveform.drawn(runtime.media.open(sound.media_key))
    except (MediaMissing, AudioError) as error:
        raise Refused(str(error)) from error


def _keep_drawn(uow: UnitOfWork, story_id: str, drawn: Drawn) -> Outcome:
    preparation.drawn(uow, story_id, drawn.peaks, drawn.noise)
    return Done()


def _to_write_down(uow: UnitOfWork, row: Claimed) -> StorySound | Skipped:
    return preparation.to_write_down(uow, row.about_id) or Skipped("it has words, or waits no more")


def _write_down(runtime: Runtime, sound: StorySound) -> str | None:
    """Its words; None where the line has no model. A worker that dies with it is followed by another."""
    if runtime.speech is None:
        return None
    try:
        return runtime.speech.write_down(runtime.media.open(sound.media_key), sound.language)
    except (MediaMissing, SpeechError) as error:
        raise Refused(str(error)) from error


def _written_down(uow: UnitOfWork, row: Claimed, _sound: StorySound, words: str | None) -> Outcome:
    if words is None:
        return Skipped("no model, words are typed")
    kept = preparation.written_down(uow, row.about_id, words)
    return Done() if kept else Skipped("nothing was heard, or somebody was quicker")


def _story_waits(uow: UnitOfWork, row: Claimed) -> Outcome:
    queue.watch(uow, row.about_id)
    return Done()


def _teller_may_hear(uow: UnitOfWork, row: Claimed) -> Ready | Outcome:
    """The request for one text to a teller, if every gate is open at this moment; else it is moved or skipped."""
    return news.judge(uow, row.about_id) or jobs.prepare(uow, row)


def _counted(new: bool) -> Outcome:
    return Done() if new else Skipped("counted before")


DRAW_STORY = Steps(
    lambda uow, row: _sound(uow, row.about_id),
    _draw,
    lambda uow, row, _sound, drawn: _keep_drawn(uow, row.about_id, drawn),
)
"""How loud its sound is from beginning to end and how noisy, for those who look at it."""

TRANSCRIBE_STORY = Steps(_to_write_down, _write_down, _written_down)
"""Write its words down by machine, where the line has a model and nobody has typed them. They can be typed anyway."""

FORGET_STORY: Local = Steps(lambda uow, row: preparation.forget_due(uow, row.about_id))
"""Erase a story whose time is over."""

STORY_CONSENT: Local = Steps(lambda uow, row: yearly_consent.look(uow, row.about_id))
"""Ask a teller again, remind them, or let their story rest."""

STORY_WAITS: Local = Steps(_story_waits)
"""A story waits for review: see to it that somebody is told when it waits too long."""

REVIEW_WATCH: Local = Steps(lambda uow, row: watch.look(uow, row.about_id, row.id))
"""Tell the leads of stories that wait too long."""

TELL_THANKS: Local = Steps(lambda uow, row: thanks.tell(uow, row.about_id, row.id))
"""Tell a teller how many people thanked them."""

TELL_TELLER = Steps(_teller_may_hear, jobs.ask, jobs.record, jobs.failed)
"""One text to a teller."""

COUNT_THANKS: Local = Steps(lambda uow, row: _counted(reactions.thanked(uow, row.about_id)))
"""Count a listener's thanks."""

COUNT_REPORT: Local = Steps(lambda uow, row: _counted(reactions.reported(uow, row.about_id)))
"""Count a listener's report, which may hide the story."""
