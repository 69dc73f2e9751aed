"""A call that the network could not bring to us: whoever called gets a text, or is called back by a person."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import queries, session
from checkin.core import lines
from checkin.core.lines import NoSuchLine
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.messages.models import Conversation
from checkin.reconciliation import away
from checkin.reconciliation import queries as reconciling
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.network_log import LoggedCall
from flows.engine import turns

Brought = Literal["known", "texted", "to a person", "stored", "not ours", "still going on"]


def bring_in(uow: UnitOfWork, call: LoggedCall, not_after: Collection[str] = ()) -> Brought:
    """Keep a call that we never heard of, and see to it that its caller hears from us, once.

    Texted, where the number takes texts that we begin and they want them; else a person may call back. Whoever has
    reached us since (otherwise than by `not_after`, SIDs of what came before it or at that very second), or has been
    written to, is not bothered. A withheld caller can only be counted.
    """
    if isinstance(call.to, Withheld):
        return "not ours"
    try:
        line = lines.of_number(uow, call.to)
    except NoSuchLine:
        return "not ours"
    if not delivery_state.is_over(call.status):
        return "still going on"
    number = None if isinstance(call.from_, Withheld) else call.from_
    keys = contacts.keys_of(uow, line, number) if number else []
    names = contacts.aliases(keys[0] if keys else contacts.withheld_seed(uow, call.sid))
    arrival = queries.of_call(uow.session, line, keys, call.sid, names)
    if arrival.conversation is not None:
        return "known"
    if arrival.volunteer is not None:
        return "not ours"
    contact = arrival.contact or contacts.new(uow, line, number, arrival.namesakes, call.sid)
    overtaken = reconciling.heard_since(uow.session, contact.id, call.at, not_after)
    uow.session.add(_missed(uow, contact, call))
    if number is None or overtaken or reconciling.told_since(uow.session, contact.id, call.at):
        return "stored"
    return _tell(uow, contact, call)


def _tell(uow: UnitOfWork, contact: Contact, call: LoggedCall) -> Brought:
    blocked = contact.blocked_until is not None and contact.blocked_until > uow.now
    if blocked:
        return "stored"
    if away.still_welcome(uow, contact.line, call.at) and preferences.takes_our_texts(uow, contact):
        messages.send(
            uow, line=contact.line, contact=contact, body=away.words(uow, contact, "missed_call"), kind="reply"
        )
        return "texted"
    away.to_a_person(uow, contact, "Called while we could not answer")
    return "to a person"


def _missed(uow: UnitOfWork, contact: Contact, call: LoggedCall) -> Conversation:
    """The call as a conversation that never began. Its SID is unique, so that it is brought in once."""
    entered = turns.enter(uow.library, contact.line, "voice", session.facts_of(uow, contact))
    return Conversation(
        id=uow.new_id(),
        line=contact.line,
        contact_id=contact.id,
        channel="voice",
        call_sid=call.sid,
        flow=entered.flow,
        flow_hash=entered.flow_hash,
        step=entered.step,
        position_encrypted=b"",
        outcome="missed",
        call_status=call.status[:20],
        crisis=False,
        by_us=False,
        opened_at=min(call.at, uow.now),
        updated_at=uow.now,
        ended_at=uow.now,
    )
