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
from checkin.core.unit_of_work import Work
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


def begin(work: Work, call: IncomingCall) -> Reply:
    """The greeting. A volunteer who rings the line gets their own menu; a withheld caller is nobody's row.

    Where the network does not vouch for the number, whoever calls is a stranger (conversations.unproved): nothing of
    its owner is looked at.
    """
    line = lines.of_number(work, call.to)
    number = None if isinstance(call.from_, Withheld) else call.from_
    known = number if call.attested else None
    keys = contacts.keys_of(work, line, known) if known else []
    names = contacts.aliases(keys[0] if keys else contacts.withheld_seed(work, call.sid))
    arrival = queries.of_call(work.session, line, keys, call.sid, names)
    if arrival.conversation is not None:
        return session.said_last(work, arrival.conversation)
    if arrival.volunteer is not None:
        return volunteer_calls.greet(work, arrival.volunteer)
    contact = arrival.contact or contacts.new(work, line, known, arrival.namesakes, call.sid)
    if number is not None and known is None:
        shown_numbers.show_number(work, contact, number)
    if blocked.is_blocked(work, contact):
        return blocked.on_call(work, contact)
    answers.reached(work, contact)
    contacts.heard(work, contact, known)
    return session.begin(work, contact, "voice", Started(), source=call.sid, call_sid=call.sid)


def answer(work: Work, call_sid: str, turn: int, what: Input) -> Reply:
    """The contact pressed, spoke, recorded or stayed silent in turn `turn`.

    An answer to an older turn is a repeat: the current prompt is said again and nothing happens twice.
    A call that we do not know, or whose conversation is over, is ended.
    """
    found = message_queries.call_in_progress(work.session, call_sid)
    if found is None:
        return Reply((HangUp(),))
    conversation, contact = found
    if isinstance(what, Recorded) and conversation.ended_at is not None:
        recordings.began(work, conversation, contact, call_sid, what.recording, what.seconds)
        abandoned_call.hand_over(work, call_sid)
    if turn != conversation.turn or conversation.ended_at is not None:
        return session.said_last(work, conversation)
    if blocked.is_blocked(work, contact):
        return blocked.on_call(work, contact)
    if contact.shown_key is not None and turn == GREETING and what == VOLUNTEERS_KEY:
        return volunteer_calls.ask_code(work, contact.line)
    if isinstance(what, Recorded):
        kept = recordings.began(work, conversation, contact, call_sid, what.recording, what.seconds)
        what = replace(what, recording=kept)
    return session.go_on(work, session.resume(work, contact, conversation, call_sid), what)


def volunteer_pressed(work: Work, call: IncomingCall, tries: int, keys: str | None) -> Reply:
    """What a volunteer pressed on their own menu. Whoever is none (any more) is hung up on."""
    line = lines.of_number(work, call.to)
    if isinstance(call.from_, Withheld):
        return Reply((HangUp(),))
    volunteer = queries.of_call(work.session, line, contacts.keys_of(work, line, call.from_), call.sid).volunteer
    if volunteer is None:
        return Reply((HangUp(),))
    by_code = message_queries.call_in_progress(work.session, call.sid) is not None  # the call began as a stranger's
    return volunteer_calls.pressed(work, volunteer, tries, keys, told=by_code)


def volunteer_code(work: Work, call: IncomingCall, tries: int, keys: str | None) -> Reply:
    """The code that opens the volunteers' menu on a call for which nobody vouches. Whoever does not have it is back
    where the call began, and hears the same whether the number is a volunteer's or not.
    """
    found = message_queries.call_in_progress(work.session, call.sid)
    if found is None or found[1].shown_key is None:
        return Reply((HangUp(),))
    conversation, shown = found[0], found[1].shown_key
    volunteer = volunteer_calls.opened(work, conversation.line, shown, keys)
    if volunteer is not None:
        return volunteer_calls.greet(work, volunteer)
    if tries + 1 < volunteer_calls.TRIES:
        return volunteer_calls.ask_code(work, conversation.line, tries + 1)
    return session.said_last(work, conversation)


def ended(work: Work, status: CallStatus) -> None:
    """The network says how the call stands. Once it is over, so are its wait for a peer and its conversation."""
    found = message_queries.call_in_progress(work.session, status.sid)
    if found is None:
        return
    conversation, _ = found
    conversation.call_status = delivery_state.forward(conversation.call_status or "queued", status.status)
    if delivery_state.is_over(conversation.call_status):
        close(work, conversation)


def follow_up_call_ended(work: Work, follow_up_id: str, status: CallStatus) -> None:
    """How a call stands that we placed for a follow-up; its end is the conversation's end."""
    ended(work, status)
    calling.ended(work, follow_up_id, status)


def close(work: Work, conversation: Conversation) -> None:
    """The contact's leg is over: nobody is rung for them any more, and the flow hears that they hung up."""
    relays.contact_gone(work, conversation.id)
    if conversation.ended_at is None:
        session.happened(work, conversation.id, HungUp(), conversation.call_sid)
    if conversation.ended_at is None:
        conversation.ended_at, conversation.outcome = work.now, "hung_up"
        work.session.flush()
        abandoned_call.hand_over(work, conversation.call_sid or "")
    unproved.ask(work, work.session.get_one(Contact, conversation.contact_id))
