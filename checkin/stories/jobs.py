"""What the worker does about stories that wait, and about their tellers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, update

from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.statements import insert_new, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import jobs
from checkin.delivery.jobs import Ready
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.followups.rules import NoSafeHour, when
from checkin.i18n.say import language_of
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Outcome, Retry, Skipped
from checkin.runtime import Runtime
from checkin.stories import queries
from checkin.stories.models import Listen, ListenerReaction, Story
from checkin.stories.review import preparation, queue
from checkin.stories.review.preparation import StorySound
from checkin.stories.tellers import news, yearly_consent
from checkin.telephony import waveform
from checkin.telephony.audio import AudioError
from checkin.telephony.media_store import MediaMissing
from checkin.telephony.port import Refused
from checkin.telephony.speech import SpeechError
from checkin.telephony.waveform import Drawn
from checkin.volunteers import alerts
from checkin.volunteers.queries import leads
from checkin.volunteers.shift_queries import is_pending
from flows.engine.sentences import NoSentence, line_names, sentence


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

REVIEW_WATCH: Local = Steps(lambda uow, row: remind_of_what_waits(uow, row.about_id, row.id))
"""Tell the leads of stories that wait too long."""

TELL_THANKS: Local = Steps(lambda uow, row: tell(uow, row.about_id, row.id))
"""Tell a teller how many people thanked them."""

TELL_TELLER = Steps(_teller_may_hear, jobs.ask, jobs.record, jobs.failed)
"""One text to a teller."""

COUNT_THANKS: Local = Steps(lambda uow, row: _counted(thanked(uow, row.about_id)))
"""Count a listener's thanks."""

COUNT_REPORT: Local = Steps(lambda uow, row: _counted(reported(uow, row.about_id)))
"""Count a listener's report, which may hide the story."""


Kind = Literal["thanks", "report"]


def thanked(uow: UnitOfWork, listen_id: str) -> bool:
    """Count the thanks; the teller hears of it with all the others of the week. False: this listener was counted."""
    story_id = _first(uow, listen_id, "thanks")
    if story_id is None:
        return False
    story = _one_more(uow, story_id, {"thanks": Story.thanks + 1})
    if story.teller_id is not None and not is_pending(uow.session, key_of(story.teller_id)):
        outbox.later(uow, "tell_thanks", story.teller_id, uow.now + EVERY, unique_key=key_of(story.teller_id))
    return True


def reported(uow: UnitOfWork, listen_id: str) -> bool:
    """Count the report. As many as the line allows, and the story is hidden and waits for review again.

    False: this listener was counted.
    """
    story_id = _first(uow, listen_id, "report")
    if story_id is None:
        return False
    _one_more(uow, story_id, {"reports": Story.reports + 1})
    story = uow.session.get_one(Story, story_id, populate_existing=True)
    new = story.reports - queue.of(uow, story).reports_seen
    if story.state == "published" and new >= lines.get(uow, story.line).stories.reports:
        audit.write(uow, "listeners", AuditAction.REPORT_STORY, story.id, story.state, "waiting_review")
        queue.again(uow, story, "reported")
    return True


def _first(uow: UnitOfWork, listen_id: str, kind: Kind) -> str | None:
    """The story, if this listener says so of it for the first time. Withheld callers are one listener all together.

    A teller's thanks to themselves are none.
    """
    number_key = func.coalesce(Contact.number_key, Contact.shown_key)
    found = uow.session.execute(
        select(Listen.story_id, Listen.contact_id, number_key.label("number_key"), Story.teller_id)
        .join(Story, Story.id == Listen.story_id)
        .outerjoin(Contact, Contact.id == Listen.contact_id)
        .where(Listen.id == listen_id)
    ).one_or_none()
    if found is None or (kind == "thanks" and found.teller_id is not None and found.teller_id == found.contact_id):
        return None
    who = found.number_key.hex() if found.number_key else "withheld"
    row = {
        "id": uow.vault.blind_index(f"listener:{kind}", f"{found.story_id}:{who}").hex()[:32],
        "story_id": found.story_id,
        "contact_id": found.contact_id,
        "kind": kind,
        "at": uow.now,
    }
    return found.story_id if insert_new(uow.session, ListenerReaction, [row]) else None


def _one_more(uow: UnitOfWork, story_id: str, values: dict[str, Any]) -> Any:
    """One more, added by the database, so that two listeners at once are both counted."""
    statement = update(Story).where(Story.id == story_id).values(**values).returning(Story.teller_id, Story.state)
    return returned(uow.session, statement).one()


ALERT = "stories_wait"


def remind_of_what_waits(uow: UnitOfWork, story_id: str, row_id: str) -> Outcome:
    """Look at the queue of the line of this story, and tell the leads of what waits too long. Answers how it went.

    The row comes back as long as anything waits; it is written to people in the line's own hours for writing.
    """
    story = uow.session.get(Story, story_id)
    waiting = queries.waiting_for_review(uow.session, story.line) if story is not None else []
    if story is None or not waiting:
        _close(uow, story.line if story is not None else "")
        return Skipped("nothing waits")
    within, policy = lines.get(uow, story.line).stories.review_within, uow.policy(story.line)
    late = [waits for waits in waiting if uow.now - waits.since >= within]
    if not late:
        _close(uow, story.line)
        return Retry(waiting[0].since + within, "nothing waits too long")
    try:
        at = when(uow.now, policy.window, (policy.time_zone,), uow.now, row_id)
    except NoSafeHour:
        at = uow.now
    if at > uow.now:
        return Retry(at, "quiet hours")
    _tell(uow, story.line, len(late), max(1, (uow.now - late[0].since).days))
    return Retry(uow.now + within, f"the leads know of {len(late)}")


def _tell(uow: UnitOfWork, line: str, count: int, days: int) -> None:
    alerts.put_up(uow, line, ALERT, f"{count} wait, the longest {days} days", about=ALERT)
    here = lines.get(uow, line)
    names = {**line_names(here, here.name), "count": count, "days": days}
    for lead in leads(uow.session, line):
        try:
            languages = [language_of(uow, lead), *here.languages]
            body, _ = sentence(uow.library, "stories_wait", languages, "sms", names)
        except NoSentence:
            continue
        messages.send(uow, line=line, volunteer=lead, body=body, kind="notice")


def _close(uow: UnitOfWork, line: str) -> None:
    alerts.close_about(uow, line, ALERT, ALERT, "nothing waits too long")


EVERY = timedelta(days=7)
"""The first thanks begin the week; at its end the teller hears of all of them together."""


def key_of(contact_id: str) -> str:
    """One telling is planned for each teller at a time."""
    return f"tell_thanks:{contact_id}"


def tell(uow: UnitOfWork, contact_id: str, row_id: str) -> Outcome:
    """Write the text of the week to a teller, in the transaction that settles the row: told once or not at all."""
    row = uow.session.get_one(Outbox, row_id)
    contact = uow.session.get(Contact, contact_id)
    people = count(uow, contact_id, row.created_at)
    if contact is None or not people:
        return Skipped("nobody to tell, or nothing is shared any more")
    news.write(uow, contact, contact.language, "story_thanks", count=people)
    return Done()


def count(uow: UnitOfWork, contact_id: str, since: datetime) -> int:
    """How many different people have thanked this teller since then, for what is still shared."""
    who = func.coalesce(ListenerReaction.contact_id, ListenerReaction.id)
    found = (
        select(func.count(who.distinct()))
        .join(Story, Story.id == ListenerReaction.story_id)
        .where(Story.teller_id == contact_id, Story.state == "published")
        .where(ListenerReaction.kind == "thanks", ListenerReaction.at >= since)
        .where(func.coalesce(ListenerReaction.contact_id, "") != contact_id)
    )
    return uow.session.scalar(found) or 0
