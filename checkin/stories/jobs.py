"""What the worker does about stories that wait, and about their tellers."""

from __future__ import annotations

from typing import Any

from checkin.core.unit_of_work import Work
from checkin.delivery import jobs
from checkin.delivery.jobs import Ready
from checkin.outbox.jobs import Claimed, Handler, Steps
from checkin.runtime import Runtime
from checkin.stories import reactions
from checkin.stories.review import preparation, queue, watch
from checkin.stories.tellers import news, thanks, yearly_consent
from checkin.telephony import waveform
from checkin.telephony.audio import AudioError
from checkin.telephony.media_store import MediaMissing
from checkin.telephony.speech import SpeechError


def draw_story(runtime: Runtime, row: Claimed) -> str:
    """How loud its sound is from beginning to end and how noisy, for those who look at it."""
    return draw(runtime, row.about_id)


def draw(runtime: Runtime, story_id: str) -> str:
    """The same now, for whoever waits for it. Answers how it went."""
    sound = runtime.do(lambda work: preparation.sound_of(work, story_id))
    if sound is None:
        return "skipped: no sound"
    try:
        drawn = waveform.drawn(runtime.media.open(sound.media_key))
    except (MediaMissing, AudioError) as error:
        return f"refused: {error}"
    runtime.do(lambda work: preparation.drawn(work, story_id, drawn.peaks, drawn.noise))
    return "done"


def transcribe_story(runtime: Runtime, row: Claimed) -> str:
    """Write its words down by machine, where the line has a model and nobody has typed them. They can be typed anyway.

    No transaction is open while the model works; a worker that dies with it is followed by another.
    """
    speech = runtime.speech
    if speech is None:
        return "skipped: no model, words are typed"
    sound = runtime.do(lambda work: preparation.to_write_down(work, row.about_id))
    if sound is None:
        return "skipped: it has words, or waits no more"
    try:
        words = speech.write_down(runtime.media.open(sound.media_key), sound.language)
    except (MediaMissing, SpeechError) as error:
        return f"refused: {error}"
    kept = runtime.do(lambda work: preparation.written_down(work, row.about_id, words))
    return "done" if kept else "skipped: nothing was heard, or somebody was quicker"


def forget_story(runtime: Runtime, row: Claimed) -> str:
    """Erase a story whose time is over."""
    return runtime.do(lambda work: preparation.forget_due(work, row.about_id))


def story_consent(runtime: Runtime, row: Claimed) -> str:
    """Ask a teller again, remind them, or let their story rest."""
    return runtime.do(lambda work: yearly_consent.look(work, row.about_id))


def story_waits(runtime: Runtime, row: Claimed) -> str:
    """A story waits for review: see to it that somebody is told when it waits too long."""
    runtime.do(lambda work: queue.watch(work, row.about_id))
    return "done"


def watch_reviews(runtime: Runtime, row: Claimed) -> str:
    """Tell the leads of stories that wait too long."""
    return runtime.do(lambda work: watch.look(work, row.about_id, row.id))


def tell_thanks(runtime: Runtime, row: Claimed) -> str:
    """Tell a teller how many people thanked them."""
    return runtime.do(lambda work: thanks.tell(work, row.about_id, row.id))


def _teller_may_hear(work: Work, row: Claimed, public_url: str) -> Ready | str:
    """The request for one text to a teller, if every gate is open at this moment; else it is moved or skipped."""
    kept = news.judge(work, row.about_id, row.id)
    return jobs.prepare(work, row, public_url) if kept is None else kept


def count_thanks(runtime: Runtime, row: Claimed) -> str:
    """Count a listener's thanks."""
    return "done" if runtime.do(lambda work: reactions.thanked(work, row.about_id)) else "skipped: counted before"


def count_report(runtime: Runtime, row: Claimed) -> str:
    """Count a listener's report, which may hide the story."""
    return "done" if runtime.do(lambda work: reactions.reported(work, row.about_id)) else "skipped: counted before"


HANDLERS: dict[str, Handler | Steps[Any, Any]] = {
    "draw_story": draw_story,
    "transcribe_story": transcribe_story,
    "forget_story": forget_story,
    "story_consent": story_consent,
    "story_waits": story_waits,
    "review_watch": watch_reviews,
    "tell_thanks": tell_thanks,
    "tell_teller": Steps(_teller_may_hear, jobs.ask, jobs.record),
    "count_thanks": count_thanks,
    "count_report": count_report,
}
