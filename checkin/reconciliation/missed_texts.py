"""A text that the network took for us and that never reached us: answered late, or put before a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.conversations import inbound_text, other_senders
from checkin.core import lines
from checkin.core.lines import NoSuchLine
from checkin.core.rules.phone import Withheld
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.reconciliation import away, queries
from checkin.telephony.rules.arrivals import IncomingText
from checkin.volunteers.models import Volunteer

Brought = Literal["known", "answered", "to a person", "stored", "not ours"]


def bring_in(uow: UnitOfWork, text: IncomingText, at: datetime, not_after: Collection[str] = ()) -> Brought:
    """Handle a text that came `at` as if it had reached us, if that still helps; its answer leaves by the worker.

    Once, however often and from wherever it is called: its SID is unique. What is old, or was followed by
    something newer from the same contact, is not put into a talk that has gone on since: a person reads it. STOP
    counts however late, unless they said START after it. not_after: SIDs of what they sent before it, or at that very
    second: it is overtaken by none of these.
    """
    try:
        line = lines.of_number(uow, text.to)
    except NoSuchLine:
        return "not ours"
    if queries.known_texts(uow.session, [text.sid]):
        return "known"
    if isinstance(text.from_, Withheld):
        other_senders.receive(uow, line, text.from_, text, late=True)
        _came_at(uow, text.sid, at)
        return "to a person"
    contact = away.contact_of(uow, line, text.from_)
    heard = uow.library.matcher.hear(text.body)
    leaves = heard is not None and heard.leaves
    late = not away.still_welcome(uow, line, at)
    overtaken = contact is not None and queries.heard_since(uow.session, contact.id, at, not_after)
    if leaves and contact is not None and queries.came_back_since(uow.session, contact.id, at, not_after):
        if heard is not None and heard.kind == "crisis":
            return _to_a_person(uow, line, text, at, N_("Reached us late"))
        messages.keep_received(uow, line=line, sid=text.sid, body=text.body, contact=contact)
        _came_at(uow, text.sid, at)
        return "stored"
    if not leaves and (late or overtaken):
        return _to_a_person(uow, line, text, at, N_("Arrived while we were offline") if late else N_("Reached us late"))
    told = contact is not None and queries.told_since(uow.session, contact.id, at)
    inbound_text.receive(uow, text)
    answer = messages.answer_by_worker(uow, text.sid)
    _came_at(uow, text.sid, at)
    if answer is None:
        return "stored"
    if answer.contact_id is not None and not told:
        whose = away.contact_of(uow, line, text.from_)
        assert whose is not None, "an answer to a contact has one"
        messages.begin_with(uow, answer, away.words(uow, whose, "away"))
    return "answered"


def _to_a_person(uow: UnitOfWork, line: str, text: IncomingText, at: datetime, reason: str) -> Brought:
    assert not isinstance(text.from_, Withheld)
    keys = contacts.keys_of(uow, line, text.from_)
    volunteer = uow.session.scalars(
        select(Volunteer).where(Volunteer.line == line, Volunteer.number_key.in_(keys), Volunteer.state == "active")
    ).first()
    if volunteer is not None:
        messages.keep_received(uow, line=line, sid=text.sid, body=text.body, volunteer=volunteer)
        _came_at(uow, text.sid, at)
        return "stored"
    contact = away.contact_of(uow, line, text.from_) or contacts.new(uow, line, text.from_)
    messages.keep_received(uow, line=line, sid=text.sid, body=text.body, contact=contact)
    _came_at(uow, text.sid, at)
    away.to_a_person(uow, contact, reason, text.body)
    return "to a person"


def _came_at(uow: UnitOfWork, sid: str, at: datetime) -> None:
    """Its row says when it came, not when we found it."""
    row = uow.session.scalars(select(Message).where(Message.sid == sid)).first()
    if row is not None:
        row.created_at = min(at, uow.now)
