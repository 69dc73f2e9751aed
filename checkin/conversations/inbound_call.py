"""A call comes in and goes on: every request of it is one turn of its conversation."""

from __future__ import annotations

from dataclasses import replace

from checkin.contacts import blocked, shown_numbers
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import abandoned_call, queries, session, unproved, volunteer_calls
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.rules.phone import Withheld
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import answers, calling
from checkin.messages import queries as message_queries
from checkin.messages.models import Conversation
from checkin.relays import service as relays
from checkin.stories import recordings
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import CallStatus, IncomingCall
from flows.engine.effects import HangUp
from flows.engine.inputs import HungUp, Input, Pressed, Recorded, Started

GREETING = 1
"""The first turn of a call, in which the line says who it is."""

VOLUNTEERS_KEY = Pressed("#")
"""With it somebody for whose number nobody vouches says, in the greeting, that they volunteer. It is not announced."""


def begin(uow: UnitOfWork, call: IncomingCall) -> Reply:
    """The greeting. A volunteer who rings the line gets their own menu; a withheld caller is nobody's row.

    Where the network does not vouch for the number, whoever calls is a stranger (conversations.unproved): nothing of
    its owner is looked at.
    """
    line = lines.of_number(uow, call.to)
    number = None if isinstance(call.from_, Withheld) else call.from_
    known = number if call.attested else None
    keys = contacts.keys_of(uow, line, known) if known else []
    names = contacts.aliases(keys[0] if keys else contacts.withheld_seed(uow, call.sid))
    arrival = queries.of_call(uow.session, line, keys, call.sid, names)
    if arrival.conversation is not None:
        return session.last_reply(uow, arrival.conversation)
    if arrival.volunteer is not None:
        return volunteer_calls.greet(uow, arrival.volunteer)
    contact = arrival.contact or contacts.new(uow, line, known, arrival.namesakes, call.sid)
    if number is not None and known is None:
        shown_numbers.show_number(uow, contact, number)
    if blocked.is_blocked(uow, contact):
        return blocked.on_call(uow, contact)
    answers.reached(uow, contact)
    contacts.heard(uow, contact, known)
    return session.begin(uow, contact, "voice", Started(), source=call.sid, call_sid=call.sid)


def answer(uow: UnitOfWork, call_sid: str, turn: int, what: Input) -> Reply:
    """The contact pressed, spoke, recorded or stayed silent in turn `turn`.

    An answer to an older turn is a repeat: the current prompt is said again and nothing happens twice.
    A call that we do not know, or whose conversation is over, is ended.
    """
    found = message_queries.call_in_progress(uow.session, call_sid)
    if found is None:
        return Reply((HangUp(),))
    conversation, contact = found
    if isinstance(what, Recorded) and conversation.ended_at is not None:
        recordings.began(uow, conversation, contact, call_sid, what.recording, what.seconds)
        abandoned_call.hand_over(uow, call_sid)
    if turn != conversation.turn or conversation.ended_at is not None:
        return session.last_reply(uow, conversation)
    if blocked.is_blocked(uow, contact):
        return blocked.on_call(uow, contact)
    if contact.shown_key is not None and turn == GREETING and what == VOLUNTEERS_KEY:
        return volunteer_calls.ask_code(uow, contact.line)
    if isinstance(what, Recorded):
        kept = recordings.began(uow, conversation, contact, call_sid, what.recording, what.seconds)
        what = replace(what, recording=kept)
    return session.go_on(uow, session.resume(uow, contact, conversation, call_sid), what)


def on_volunteer_keys(uow: UnitOfWork, call: IncomingCall, tries: int, keys: str | None) -> Reply:
    """What a volunteer pressed on their own menu. Whoever is none (any more) is hung up on."""
    line = lines.of_number(uow, call.to)
    if isinstance(call.from_, Withheld):
        return Reply((HangUp(),))
    volunteer = queries.of_call(uow.session, line, contacts.keys_of(uow, line, call.from_), call.sid).volunteer
    if volunteer is None:
        return Reply((HangUp(),))
    by_code = message_queries.call_in_progress(uow.session, call.sid) is not None  # the call began as a stranger's
    return volunteer_calls.pressed(uow, volunteer, tries, keys, told=by_code)


def volunteer_code(uow: UnitOfWork, call: IncomingCall, tries: int, keys: str | None) -> Reply:
    """The code that opens the volunteers' menu on a call for which nobody vouches. Whoever does not have it is back
    where the call began, and hears the same whether the number is a volunteer's or not.
    """
    found = message_queries.call_in_progress(uow.session, call.sid)
    if found is None or found[1].shown_key is None:
        return Reply((HangUp(),))
    conversation, shown = found[0], found[1].shown_key
    volunteer = volunteer_calls.opened(uow, conversation.line, shown, keys)
    if volunteer is not None:
        return volunteer_calls.greet(uow, volunteer)
    if tries + 1 < volunteer_calls.TRIES:
        return volunteer_calls.ask_code(uow, conversation.line, tries + 1)
    return session.last_reply(uow, conversation)


def on_ended(uow: UnitOfWork, status: CallStatus) -> None:
    """The network says how the call stands. Once it is over, so are its wait for a peer and its conversation."""
    found = message_queries.call_in_progress(uow.session, status.sid)
    if found is None:
        return
    conversation, _ = found
    conversation.call_status = delivery_state.forward(conversation.call_status or "queued", status.status)
    if delivery_state.is_over(conversation.call_status):
        close(uow, conversation)


def on_follow_up_call_ended(uow: UnitOfWork, follow_up_id: str, status: CallStatus) -> None:
    """How a call stands that we placed for a follow-up; its end is the conversation's end."""
    on_ended(uow, status)
    calling.on_ended(uow, follow_up_id, status)


def close(uow: UnitOfWork, conversation: Conversation) -> None:
    """The contact's leg is over: nobody is rung for them any more, and the flow hears that they hung up."""
    relays.contact_gone(uow, conversation.id)
    if conversation.ended_at is None:
        session.on_event(uow, conversation.id, HungUp(), conversation.call_sid)
    if conversation.ended_at is None:
        conversation.ended_at, conversation.outcome = uow.now, "hung_up"
        uow.session.flush()
        abandoned_call.hand_over(uow, conversation.call_sid or "")
    unproved.ask(uow, uow.session.get_one(Contact, conversation.contact_id))
