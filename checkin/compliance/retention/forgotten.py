"""What the network still holds of somebody who was forgotten: their texts and calls, until none is left there.

Its log names numbers, so blanking words is not enough. What is on its way cannot be deleted yet, and an answer of ours
has no id before its receipt: one row of the outbox comes back until all is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update

from checkin.compliance.retention.at_network import NO_RECEIPT_AFTER
from checkin.contacts.models import Contact
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, FollowUp, Message
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import DeadLetter, Retry
from checkin.relays.models import Relay
from checkin.telephony.rules import delivery_state

AT_ONCE = 50
"""Texts and calls in one job: as many requests to the network."""

LONGEST = timedelta(days=15)
"""After so long what is left is told to an organizer. Twilio says of what it cannot delete yet (20009) that this may
last for up to fourteen days, in rare cases."""

PAUSES = ((timedelta(minutes=10), timedelta(minutes=1)), (timedelta(days=1), timedelta(minutes=15)))
"""How often it is looked for again, up to when; then once an hour."""

_MAY_HAVE_LEFT = ("answered", "sending", "unknown")


@dataclass(frozen=True)
class LeftAtNetwork:
    """texts, calls: ids of the network's entries that can be deleted now. waits: there are some that cannot be yet."""

    texts: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    waits: bool = False


def plan(uow: UnitOfWork, contact: Contact) -> None:
    """Have the worker delete at the network whatever there is of this contact up to now."""
    outbox.later(uow, "erase_at_network", contact.id, uow.now)


def left(uow: UnitOfWork, row_id: str, contact_id: str) -> LeftAtNetwork:
    """What is to be deleted now, at most AT_ONCE texts and as many calls."""
    asked_at = uow.session.get_one(Outbox, row_id).created_at
    _blank_the_last_talk(uow, contact_id, asked_at)
    texts, texts_wait = _texts(uow, contact_id, asked_at)
    calls, calls_wait = _calls(uow, contact_id, asked_at)
    more = len(texts) > AT_ONCE or len(calls) > AT_ONCE
    return LeftAtNetwork(tuple(texts[:AT_ONCE]), tuple(calls[:AT_ONCE]), texts_wait or calls_wait or more)


def gone(uow: UnitOfWork, contact_id: str, sids: Sequence[str]) -> None:
    """The network has no entry of these any more. Our own rows keep their ids, so that a repeat is known as one."""
    if not sids:
        return
    for statement in (
        update(Message).where(Message.sid.in_(sids)).values(gone_at=uow.now, redacted_at=uow.now),
        update(Conversation).where(Conversation.call_sid.in_(sids)).values(gone_at=uow.now),
        update(Relay).where(Relay.contact_id == contact_id, Relay.call_sid.in_(sids)).values(call_sid=None),
    ):
        changed(uow.session, statement)
    for row in _called(uow, contact_id):
        row.earlier_calls = [sid for sid in row.earlier_calls if sid not in sids]
        row.call_sid = None if row.call_sid in sids else row.call_sid


def come_back(uow: UnitOfWork, row_id: str, what: str) -> Retry | DeadLetter:
    """There is more to delete, or it was refused: look again soon, then less often; not for ever."""
    row = uow.session.get_one(Outbox, row_id)
    since = uow.now - row.created_at
    if since > LONGEST:
        return DeadLetter(what)
    pause = next((pause for until, pause in PAUSES if since < until), timedelta(hours=1))
    return Retry(uow.now + pause, what, anew=True)


def _texts(uow: UnitOfWork, contact_id: str, asked_at: datetime) -> tuple[list[str], bool]:
    """Theirs, and those that carried their words to a volunteer."""
    joined = select(Relay.id).where(Relay.contact_id == contact_id)
    relayed = and_(Message.relay_id.in_(joined), Message.kind == "relay")
    rows = uow.session.execute(
        select(Message.sid, Message.status, Message.created_at)
        .where(or_(Message.contact_id == contact_id, relayed), Message.gone_at.is_(None))
        .where(Message.created_at <= asked_at)
        .order_by(Message.created_at)
    )
    found, waits = [], False
    for sid, status, made in rows:
        lost = made < uow.now - NO_RECEIPT_AFTER
        if sid is not None and (lost or delivery_state.is_over(status)):
            found.append(sid)
        elif not lost and (sid is not None or status in _MAY_HAVE_LEFT):
            waits = True
    return found, waits


def _calls(uow: UnitOfWork, contact_id: str, asked_at: datetime) -> tuple[list[str], bool]:
    """Their calls, ours to them, and those that called them back; each of them once."""
    theirs = uow.session.execute(
        select(Conversation.call_sid, Conversation.ended_at)
        .where(Conversation.contact_id == contact_id, Conversation.call_sid.is_not(None))
        .where(Conversation.gone_at.is_(None), Conversation.opened_at <= asked_at)
    ).all()
    going_on = {sid for sid, ended_at in theirs if ended_at is None}
    found = dict.fromkeys(sid for sid, ended_at in theirs if ended_at is not None and sid)
    for row in _called(uow, contact_id):
        if row.state == "calling":
            going_on.add(row.call_sid)
        elif row.created_at <= asked_at:
            found.update(dict.fromkeys([*row.earlier_calls, *([row.call_sid] if row.call_sid else [])]))
    found.update(dict.fromkeys(_back(uow, contact_id, asked_at)))
    return [sid for sid in found if sid not in going_on], bool(going_on)


def _called(uow: UnitOfWork, contact_id: str) -> Sequence[FollowUp]:
    ours = select(FollowUp).where(FollowUp.contact_id == contact_id, FollowUp.tries > 0)
    return uow.session.scalars(ours).all()


def _back(uow: UnitOfWork, contact_id: str, asked_at: datetime) -> Iterator[str]:
    asked = select(Relay.call_sid).where(
        Relay.contact_id == contact_id, Relay.opened_at <= asked_at, Relay.state.not_in(("open", "joined"))
    )
    return (sid for sid in uow.session.scalars(asked) if sid)


def _blank_the_last_talk(uow: UnitOfWork, contact_id: str, asked_at: datetime) -> None:
    """The one in which they asked for it was still going on when everything else was blanked."""
    changed(
        uow.session,
        update(Conversation)
        .where(Conversation.contact_id == contact_id, Conversation.opened_at <= asked_at)
        .where(Conversation.ended_at.is_not(None), Conversation.position_encrypted != b"")
        .values(position_encrypted=b"", reply_encrypted=None),
    )
