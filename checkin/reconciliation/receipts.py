"""Receipts that never came: what the network's log knows of our texts and calls, put where a receipt would put it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call
from checkin.core import lines
from checkin.core.lines import NoSuchLine
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import network_opt_outs, receipts
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.reconciliation import away
from checkin.relays import offers
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import CallStatus, MessageStatus
from checkin.telephony.rules.network_log import LoggedCall, LoggedText

NEAR = timedelta(minutes=3)
"""Our answer to a text and the network's copy of it are made this close to each other."""


def of_texts(uow: UnitOfWork, logged: Sequence[LoggedText]) -> int:
    """Bring the statuses of these texts of ours up to date. Answers how many were behind.

    An answer that left in a webhook's response has no SID of ours until its receipt comes: it is found by whom it
    went to, when, and its words.
    """
    by_sid = {text.sid: text for text in logged if not text.inbound}
    rows = {row.sid: row for row in uow.session.scalars(select(Message).where(Message.sid.in_(by_sid)))}
    caught = 0
    for sid, text in by_sid.items():
        row = rows.get(sid) or _answer_without_receipt(uow, text)
        if row is None or (row.sid and delivery_state.forward(row.status, text.status) == row.status):
            continue
        if text.status in delivery_state.ARRIVED:
            network_opt_outs.reached(uow, row)
        receipts.update_status(uow, row, MessageStatus(sid, text.status, text.error_code))
        caught += 1
    return caught


def lost_answers(uow: UnitOfWork, logged: Sequence[LoggedText], since: datetime, until: datetime) -> int:
    """Send the answers that never left: their webhook's response was lost, with the web process that made it.

    An answer from between `since` and `until` that has no receipt, to somebody to whom the network's log has nothing
    from then. Should it have left all the same, the same words come twice, which is better than never. Answers how
    many.
    """
    wrote: dict[tuple[str, str], list[datetime]] = {}
    for text in logged:
        if not text.inbound and isinstance(text.to, PhoneNumber) and isinstance(text.from_, PhoneNumber):
            wrote.setdefault((text.from_.e164, text.to.e164), []).append(text.at)
    lost = 0
    for row in uow.session.scalars(
        select(Message).where(
            Message.status == "answered",
            Message.sid.is_(None),
            Message.reply_to.is_not(None),
            Message.created_at.between(since + NEAR, until),
        )
    ):
        contact = uow.session.get(Contact, row.contact_id) if row.contact_id else None
        if contact is None or not contacts.takes_texts(uow, contact):
            continue
        if contact.heard_at is not None and contact.heard_at > row.created_at:
            continue  # they have been answered since, and what was asked then is not what is asked now
        number = contacts.number_of(uow, contact)
        there = wrote.get((lines.number_of(uow, row.line), number.e164 if number else ""), [])
        if not any(abs(at - row.created_at) <= NEAR for at in there):
            messages.answer_by_worker(uow, row.reply_to or "")
            lost += 1
    return lost


def of_call(uow: UnitOfWork, call: LoggedCall) -> None:
    """A contact's call is over and nobody told us."""
    inbound_call.on_ended(uow, CallStatus(call.sid, call.status, seconds=call.seconds))


def of_offer(uow: UnitOfWork, token: str, call: LoggedCall) -> None:
    """A volunteer's call is over and nobody told us."""
    offers.status(uow, token, CallStatus(call.sid, call.status, seconds=call.seconds))


def _answer_without_receipt(uow: UnitOfWork, text: LoggedText) -> Message | None:
    if isinstance(text.to, Withheld) or isinstance(text.from_, Withheld):
        return None
    try:
        line = lines.of_number(uow, text.from_)
    except NoSuchLine:
        return None
    contact = away.contact_of(uow, line, text.to)
    if contact is None:
        return None
    near: Iterable[Message] = uow.session.scalars(
        select(Message)
        .where(
            Message.contact_id == contact.id,
            Message.status == "answered",
            Message.sid.is_(None),
            Message.created_at.between(text.at - NEAR, text.at + NEAR),
        )
        .order_by(Message.created_at)
    )
    return next((row for row in near if messages.body_of(uow, row) == text.body), None)
