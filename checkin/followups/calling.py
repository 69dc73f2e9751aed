"""Follow-ups by call: the contact's phone rings, the flow begins when they pick up, and nobody is rung without end.

Busy and no answer are two things: a busy phone is tried again soon, an unanswered one as the flow says (`outbound`).
A machine hears nothing, unless the contact said that we may leave a word (checkin.contacts.preferences).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkin.contacts import preferences
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import series, texting
from checkin.followups import service as follow_ups
from checkin.followups.send_policy import Move
from checkin.messages import queries as message_queries
from checkin.messages.models import Conversation, FollowUp
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Failed, Outcome, Skipped
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.arrivals import CallStatus
from checkin.telephony.rules.network_log import LoggedCall
from flows.engine.effects import HangUp
from flows.engine.inputs import MachineAnswered, Started

RINGS = timedelta(seconds=25)
"""Most voicemails pick up later than this."""

BUSY_AGAIN = timedelta(minutes=15)
NO_ANSWER_AGAIN = timedelta(hours=2)
"""When a phone that was busy, or that nobody picked up, is tried again; the second where the flow says nothing."""

UNHEARD_OF = timedelta(minutes=10)
"""A call of which we hear nothing for so long is looked for in the network's log."""

UNREACHED = {"busy": N_("their phone was busy"), "no-answer": N_("nobody picked up")}


CLOCKS_DIFFER = timedelta(seconds=30)
"""Ours and the network's."""


@dataclass(frozen=True)
class Unheard:
    """A call to be looked for: by its id, if we know it, else as one to this number since then (aware UTC)."""

    sid: str | None
    to: str
    since: datetime


@dataclass(frozen=True)
class ToCall:
    """A call to place. id: the follow-up's. after_beep: words are left on a machine."""

    id: str
    to: str
    from_: str
    ring_for: timedelta
    after_beep: bool


def ring(uow: UnitOfWork, row: FollowUp, contact: Contact) -> ToCall | Skipped:
    """Make ready to call; or why that cannot be."""
    number = contacts.number_of(uow, contact)
    ours = lines.calls_from(uow, row.line)
    if number is None or ours is None:
        return Skipped("no number to call" if number is None else "the line has no number to call from")
    row.state, row.channel, row.acted_at = "calling", "voice", uow.now
    row.tries += 1
    outbox.later(uow, "call_out_watch", row.id, uow.now + UNHEARD_OF, turn=row.tries)
    after_beep = preferences.of(uow, contact).message and _machine_step(uow, row)
    return ToCall(row.id, number.e164, ours, RINGS, after_beep)


def record_placed(uow: UnitOfWork, follow_up_id: str, call_sid: str) -> Outcome:
    """The network took the call. Its receipts may have come before, and may have ended it already."""
    row = uow.session.get_one(FollowUp, follow_up_id)
    if row.state == "calling":
        row.call_sid = call_sid
    return Done()


def record_refused(uow: UnitOfWork, follow_up_id: str, why: str) -> Outcome:
    """The network refused the call."""
    row = uow.session.get_one(FollowUp, follow_up_id)
    if row.state == "calling":
        _over(uow, row, "failed", why)
    return Failed(f"refused: {why}")


def record_not_taken(uow: UnitOfWork, follow_up_id: str) -> None:
    """The network did not take the call, and may later: it is as if it had not been tried."""
    row = uow.session.get_one(FollowUp, follow_up_id)
    row.state, row.tries = "planned", row.tries - 1


def on_answered(uow: UnitOfWork, follow_up_id: str, call_sid: str) -> Reply:
    """Somebody picked up: the flow begins. A repeated request hears the same; a call that we did not place nothing."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None:
        return Reply((HangUp(),))
    found = message_queries.call_in_progress(uow.session, call_sid)
    if found is not None:
        return uow.conversations.last_reply(uow, found[0])
    if row.state != "calling":
        return Reply((HangUp(),))
    contact = uow.session.get_one(Contact, row.contact_id)
    if contact.opted_out_at is not None:
        _over(uow, row, "skipped", "opted out")
        return Reply((HangUp(),))
    row.call_sid = call_sid
    texting.tell_number(uow, row, contact)
    texting.count(uow, row, contact)
    row.state, row.finished_at = "sent", uow.now
    series.go_on(uow, row, contact)
    return uow.conversations.begin(
        uow, contact, "voice", Started(by="us"), source=call_sid, call_sid=call_sid, flow=row.flow
    )  # fmt: skip


def on_machine_guess(uow: UnitOfWork, follow_up_id: str, call_sid: str, answered_by: str | None) -> None:
    """The network guesses that a machine picked up: what is to be done with the call is a row of its own."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None or not (answered_by or "").startswith(("machine", "fax")):
        return
    found = message_queries.call_in_progress(uow.session, call_sid)
    if found is not None and (found[0].ended_at is not None or found[0].turn > 1):
        return  # whoever has pressed a key or spoken is no machine, whatever it guesses
    row.call_sid = row.call_sid or call_sid
    outbox.later(uow, "call_out_machine", row.id, uow.now)


def to_leave(uow: UnitOfWork, follow_up_id: str) -> tuple[str, bool] | Skipped:
    """The call that has reached a machine, and whether words are left on it; or why there is nothing to be done."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None or row.call_sid is None:
        return Skipped("no call")
    contact = uow.session.get_one(Contact, row.contact_id)
    leaves = preferences.of(uow, contact).message and _machine_step(uow, row)
    if not leaves:
        found = message_queries.call_in_progress(uow.session, row.call_sid)
        if found is not None and found[0].ended_at is None:
            uow.conversations.on_event(uow, found[0].id, MachineAnswered())
        row.reason = N_("voicemail answered: no message was left")
    return row.call_sid, leaves


def onto_machine(uow: UnitOfWork, follow_up_id: str, call_sid: str) -> Reply:
    """What is said onto the machine: the step that the flow names for it."""
    row = uow.session.get(FollowUp, follow_up_id)
    found = message_queries.call_in_progress(uow.session, call_sid)
    if row is None or found is None:
        return Reply((HangUp(),))
    conversation: Conversation = found[0]
    if conversation.ended_at is not None:
        return uow.conversations.last_reply(uow, conversation)
    row.reason = N_("voicemail answered: a message was left")
    reply = uow.conversations.on_event(uow, conversation.id, MachineAnswered())
    return Reply((*reply.spoken, HangUp()))


def on_ended(uow: UnitOfWork, follow_up_id: str, status: CallStatus) -> None:
    """How the call stands. Busy or unanswered, it is tried again or given up."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None or (row.call_sid not in (None, status.sid)):
        return
    row.call_sid = row.call_sid or status.sid
    if row.state != "calling" or not delivery_state.is_over(status.status):
        return
    if status.status in UNREACHED:
        _unreached(uow, row, status.status)
    else:
        _over(uow, row, "failed", f"the call ended as {status.status}")


def not_enqueued(uow: UnitOfWork, follow_up_id: str, tries: int) -> Unheard | Skipped:
    """A call of which nothing was heard since it was placed, to be looked for in the network's log; or why not."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None or row.state != "calling" or row.tries != tries or row.acted_at is None:
        return Skipped("known by now")
    number = contacts.number_of(uow, uow.session.get_one(Contact, row.contact_id))
    return Unheard(row.call_sid, number.e164 if number else "", row.acted_at - CLOCKS_DIFFER)


def found_out(uow: UnitOfWork, follow_up_id: str, tries: int, call: LoggedCall | None) -> bool:
    """What the network's log says of it; None: it has no such call. False while the call still goes on."""
    row = uow.session.get(FollowUp, follow_up_id)
    if row is None or row.state != "calling" or row.tries != tries:
        return True
    if call is None:
        _over(uow, row, "unknown", "nothing was heard of the call")
        return True
    if delivery_state.is_over(call.status):
        on_ended(uow, follow_up_id, CallStatus(call.sid, call.status, seconds=call.seconds))
        return True
    row.call_sid = row.call_sid or call.sid
    return False


def _unreached(uow: UnitOfWork, row: FollowUp, how: str) -> None:
    contact = uow.session.get_one(Contact, row.contact_id)
    flow = uow.library.flows.get(row.flow)
    attempts = flow.body.outbound.attempts if flow is not None else None
    if attempts is None or row.tries >= attempts.max:
        texting.count(uow, row, contact)
        _over(uow, row, "unanswered", f"{UNREACHED[how]}, {row.tries} times" if row.tries > 1 else UNREACHED[how])
        return
    again = BUSY_AGAIN if how == "busy" else attempts.every or NO_ANSWER_AGAIN
    row.earlier_calls = [*row.earlier_calls, *([row.call_sid] if row.call_sid else [])]
    row.state, row.call_sid = "planned", None
    follow_ups.move(uow, row, contact, Move(UNREACHED[how], again))
    if row.state == "planned":
        # the row that placed this call may not be settled yet, so the next try has a key of its own
        outbox.later(uow, "follow_up", row.id, row.due_at, unique_key=f"follow_up:{row.id}:{row.tries}")


def _over(uow: UnitOfWork, row: FollowUp, state: str, why: str) -> None:
    row.state, row.reason, row.finished_at = state, why[:120], uow.now
    series.go_on(uow, row, uow.session.get_one(Contact, row.contact_id))


def _machine_step(uow: UnitOfWork, row: FollowUp) -> bool:
    flow = uow.library.flows.get(row.flow)
    return flow is not None and flow.body.outbound.machine.startswith("say:")
