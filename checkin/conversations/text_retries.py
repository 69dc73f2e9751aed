"""Texts that are worth another try: when, how often, and whether their words are still welcome then."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from checkin.contacts import service as contacts
from checkin.contacts.hours import zones_of
from checkin.contacts.models import Contact
from checkin.core.rules.quiet_hours import may_send
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups.send_policy import window_of
from checkin.messages import service as messages
from checkin.messages.models import FollowUp, Message
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.error_codes import Meaning
from checkin.volunteers.models import Volunteer

AGAIN = (timedelta(minutes=30), timedelta(minutes=30))
"""What a phone or its carrier did not take is tried again twice, half an hour apart; then it is let be."""

OFF = 30003
AGAIN_WHEN_OFF = (timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))
"""A phone that is off or without a signal may be so for an evening, and its owner for as long without our answer."""

ALERTS_AGAIN = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""Somebody waits behind an alert."""

QUEUED_AGAIN = (timedelta(minutes=5), timedelta(minutes=30))
"""What found the network too busy leaves when that may be over."""

TRIED_AGAIN = ("follow_up", "reply", "notice", "alert")
"""Kinds of messages that are worth another try. In a relay people see for themselves that nothing comes."""


STILL_AN_ANSWER = timedelta(hours=4)
"""So long after it was written what answers somebody is welcome at any hour; later it waits for nobody's sleep."""


def again(uow: UnitOfWork, message_id: str) -> Outcome:
    """The same words once more in a message of its own, or why not (any more)."""
    row = uow.session.get(Message, message_id)
    if row is None or row.body_encrypted is None:
        return Skipped("nothing to send")
    if row.status in delivery_state.ARRIVED:
        return Skipped("it arrived after all")
    contact = uow.session.get(Contact, row.contact_id) if row.contact_id else None
    volunteer = uow.session.get(Volunteer, row.volunteer_id) if row.volunteer_id else None
    promised = follow_up_of(uow, row)
    if (why := _unwelcome(uow, row, contact, volunteer, promised)) is not None:
        return Skipped(why)
    body = messages.body_of(uow, row)
    new = messages.write(uow, line=row.line, contact=contact, volunteer=volunteer, body=body, kind=row.kind)
    new.conversation_id, new.again_for = row.conversation_id, row.again_for or row.id
    if promised is not None:
        promised.message_id, promised.state, promised.reason = new.id, "sent", "their phone was off: sent once more"
    outbox.later(uow, "send_message", new.id, uow.now)
    return Done()


def _unwelcome(
    uow: UnitOfWork, row: Message, contact: Contact | None, volunteer: Volunteer | None, promised: FollowUp | None
) -> str | None:
    """Why the same words are not to come once more; None: they are."""
    if volunteer is not None:
        gone = volunteer.state != "active" or volunteer.stopped_at is not None
        return "they take no texts (any more)" if gone else None
    if contact is None or not contacts.takes_texts(uow, contact):
        return "opted out"
    if contact.heard_at is not None and contact.heard_at > row.created_at:
        return "they've been in touch since"
    if promised is None and uow.now - row.created_at <= STILL_AN_ANSWER:
        return None
    window = uow.policy(row.line).window if promised is None else window_of(uow, promised, contact)
    gate = may_send(uow.now, window, zones_of(uow, contact))
    return None if gate.open else gate.reason


def once_more(uow: UnitOfWork, row: Message, found: Meaning) -> Outcome | None:
    """Have it tried again, after a time that its error asks for; None when it was tried often enough."""
    if row.kind not in TRIED_AGAIN:
        return Skipped("not tried again")
    tries = select(func.count()).select_from(Message).where(Message.again_for == (row.again_for or row.id))
    waits, tried = _waits(row, found), uow.session.scalar(tries) or 0
    if tried >= len(waits):
        return None
    outbox.later(uow, "send_again", row.id, uow.now + waits[tried], unique_key=f"send_again:{row.id}")
    return Done(f"once more in {waits[tried].total_seconds() / 60:.0f} minutes")


def _waits(row: Message, found: Meaning) -> tuple[timedelta, ...]:
    if found.kind == "blocked":
        return AGAIN
    if row.kind == "alert":
        return ALERTS_AGAIN
    if found.kind in ("queue", "pace"):
        return QUEUED_AGAIN
    return AGAIN_WHEN_OFF if row.error_code == OFF else AGAIN


def follow_up_of(uow: UnitOfWork, row: Message) -> FollowUp | None:
    """The follow-up that this text is; None: it is none."""
    if row.kind != "follow_up":
        return None
    mine = (FollowUp.contact_id == row.contact_id) & (FollowUp.message_id == row.id)
    return uow.session.scalars(select(FollowUp).where(mine)).first()
