"""Calls that we begin: placed; hung up on a machine, or moved to what is left on it; looked for when unheard of."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import Work
from checkin.followups import calling
from checkin.followups.calling import ToCall, Unheard
from checkin.outbox import service as outbox
from checkin.outbox.jobs import Claimed, Handler
from checkin.runtime import Runtime
from checkin.telephony.addresses import Addresses
from checkin.telephony.port import Accepted, GatewayError, OutgoingCall, Refused, TryLater, Unknown, in_words
from checkin.telephony.rules.network_log import LoggedCall

GIVE_UP_ASKING = 6
"""After so many looks at a log that cannot be read, what became of a call stays unknown, and is shown so."""


@dataclass(frozen=True)
class Placing:
    """A call that passed its gates. follow_up_id: whose."""

    follow_up_id: str
    request: OutgoingCall


def placing(call: ToCall, public_url: str) -> Placing:
    """The request for this call."""
    ours = Addresses(public_url, media=str)
    return Placing(
        call.id,
        OutgoingCall(
            call.to, call.from_, ours.out(call.id), ours.out_status(call.id), call.ring_for,
            machine_url=ours.out_machine(call.id), after_beep=call.after_beep,
        ),
    )  # fmt: skip


def record(work: Work, call: Placing, came: Accepted | GatewayError) -> str:
    """Write down what came of placing it."""
    match came:
        case Accepted():
            return calling.placed(work, call.follow_up_id, came.sid)
        case Refused():
            return calling.not_placed(work, call.follow_up_id, str(came))
        case TryLater():
            calling.not_taken(work, call.follow_up_id)
        case Unknown():
            return "unknown: it may be ringing; its own receipts will tell"
    return in_words(came)


def call_out_machine(runtime: Runtime, row: Claimed) -> str:
    """A machine has picked up: leave a word on it if the contact allowed that, else hang up."""
    found = runtime.do(lambda work: calling.to_leave(work, row.about_id))
    if isinstance(found, str):
        return found
    sid, leaves = found
    try:
        if leaves:
            runtime.gateway.move_call(sid, Addresses(runtime.settings.public_url, media=str).onto_machine(row.about_id))
        else:
            runtime.gateway.end_call(sid, answered=True)
    except Refused:
        return "done: it was over"
    return "done"


def call_out_watch(runtime: Runtime, row: Claimed) -> str:
    """Nothing was heard of a call: the network's log says how it ended. A log that cannot be read is asked again."""
    tries = row.turn or 0
    asked = runtime.do(lambda work: calling.unheard(work, row.about_id, tries))
    if isinstance(asked, str):
        return asked
    try:
        call = next((one for one in runtime.gateway.calls_since(asked.since) if _is_it(one, asked)), None)
    except GatewayError:
        if row.attempts < GIVE_UP_ASKING:
            return runtime.do(lambda work: _look_again(work, row))
        call = None
    known = runtime.do(lambda work: calling.found_out(work, row.about_id, tries, call))
    return "done" if known else runtime.do(lambda work: _look_again(work, row))


def _is_it(one: LoggedCall, asked: Unheard) -> bool:
    if asked.sid is not None:
        return one.sid == asked.sid
    return not one.inbound and isinstance(one.to, PhoneNumber) and one.to.e164 == asked.to


def _look_again(work: Work, row: Claimed) -> str:
    outbox.again(work, row.id, work.now + calling.UNHEARD_OF, "the network does not say yet how it ended")
    return "again: not over yet"


HANDLERS: dict[str, Handler] = {"call_out_machine": call_out_machine, "call_out_watch": call_out_watch}
