"""A teller's yes lasts a year: they are asked again, reminded once, and a story whose teller is silent rests."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.stories import rotation
from checkin.stories import rules as story_rules
from checkin.stories.models import Story, StoryInReview
from checkin.stories.rules import ConsentStanding
from checkin.stories.tellers import withdrawal
from flows.engine.effects import ScheduleFollowUp

FLOW = "story_consent"
"""The flow that asks a teller; its answer comes back as a consent."""

CONSENT = "keep_sharing"
"""The yes that renews; the no is one to sharing, which takes everything back."""

LOOK_AGAIN = timedelta(days=30)
"""A line without that flow is looked at again then: nobody's story rests because nobody could be asked."""


def agreed(uow: UnitOfWork, story: Story, desk: StoryInReview) -> None:
    """The teller says yes now; they are asked again when the line's time is over."""
    desk.consent_at, desk.asked_at, desk.reminded_at = uow.now, None, None
    _look_at(uow, story.id, uow.now + lines.get(uow, story.line).stories.ask_again)


def renewed(uow: UnitOfWork, contact: Contact) -> None:
    """They were asked again and said yes: what rests is heard again."""
    found = select(Story, StoryInReview).join(StoryInReview).where(
        Story.teller_id == contact.id, Story.state.in_(("published", "resting"))
    )  # fmt: skip
    for story, desk in uow.session.execute(found).all():
        if story.state == "resting":
            _change(uow, story, "published")
            rotation.put(uow, story)
        outbox.drop(uow, story.id, "story_consent")
        agreed(uow, story, desk)


def look(uow: UnitOfWork, story_id: str) -> Outcome:
    """Do what is due about one teller's yes, and plan the next look. Answers how it went."""
    story, desk = uow.session.get(Story, story_id), uow.session.get(StoryInReview, story_id)
    if story is None or desk is None or story.teller_id is None or desk.consent_at is None:
        return Skipped("nobody to ask")
    if story.state not in ("published", "resting", "waiting_review"):
        return Skipped("not shared")
    if FLOW not in uow.library.flows:
        _look_at(uow, story.id, uow.now + LOOK_AGAIN)
        return Skipped(f"there is no flow {FLOW!r} to ask with")
    standing = ConsentStanding(desk.consent_at, desk.asked_at, desk.reminded_at, story.state == "resting")
    found = story_rules.consent_step(standing, lines.get(uow, story.line).stories.ask_again, uow.now)
    match found.step:
        case "ask":
            desk.asked_at = uow.now
            _ask(uow, story)
        case "remind":
            desk.reminded_at = uow.now
            _ask(uow, story)
        case "rest":
            _change(uow, story, "resting")
            rotation.take_off(uow, story.id)
        case "erase":
            withdrawal.withdraw(uow, story.id, who="no answer for months")
    if found.look_at is not None:
        _look_at(uow, story.id, found.look_at)
    return Done(found.step)


def _look_at(uow: UnitOfWork, story_id: str, at: datetime) -> None:
    outbox.later(uow, "story_consent", story_id, at)


def _ask(uow: UnitOfWork, story: Story) -> None:
    """By a follow-up, so that every gate of one holds: STOP, PAUSE, quiet hours, one a day."""
    contact = uow.session.get_one(Contact, story.teller_id)
    if contact.number_encrypted is not None:
        follow_ups.schedule(uow, contact, ScheduleFollowUp(flow=FLOW, key=FLOW, after=timedelta()))


def _change(uow: UnitOfWork, story: Story, state: str) -> None:
    audit.write(uow, "yearly question", audit.AuditAction[f"{state.upper()}_STORY"], story.id, story.state, state)
    story.state = state
