"""Calls that we begin: placed; hung up on a machine, or moved to what is left on it; looked for when unheard of."""

from __future__ import annotations

from dataclasses import dataclass

from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps, after_error
from checkin.followups import calling
from checkin.followups.calling import ToCall, Unheard
from checkin.outbox.outcomes import Done, Outcome, Retry, Skipped, Unknown
from checkin.runtime import Runtime
from checkin.telephony.addresses import Addresses
from checkin.telephony.port import Accepted, GatewayError, MaybeDone, OutgoingCall, Refused, TryLater
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


def record(uow: UnitOfWork, call: Placing, came: Accepted) -> Outcome:
    """The network took it."""
    return calling.record_placed(uow, call.follow_up_id, came.sid)


def failed(uow: UnitOfWork, row: Claimed, call: Placing, error: GatewayError) -> Outcome:
    """Write down what came of placing it."""
    match error:
        case Refused():
            return calling.record_refused(uow, call.follow_up_id, str(error))
        case TryLater():
            calling.record_not_taken(uow, call.follow_up_id)
        case MaybeDone():
            return Unknown("it may be ringing; its own receipts will tell")
    return after_error(uow, row, call, error)


@dataclass(frozen=True)
class Machine:
    """A call that a machine picked up. onto: the follow-up whose words are left on it; None: it is hung up on."""

    call_sid: str
    onto: str | None


def _to_leave(uow: UnitOfWork, row: Claimed) -> Machine | Skipped:
    found = calling.to_leave(uow, row.about_id)
    if isinstance(found, Skipped):
        return found
    call_sid, leaves = found
    return Machine(call_sid, row.about_id if leaves else None)


def _leave(runtime: Runtime, machine: Machine) -> None:
    if machine.onto is not None:
        ours = Addresses(runtime.settings.public_url, media=str)
        runtime.gateway.move_call(machine.call_sid, ours.onto_machine(machine.onto))
    else:
        runtime.gateway.end_call(machine.call_sid, answered=True)


def _not_left(uow: UnitOfWork, row: Claimed, machine: Machine, error: GatewayError) -> Outcome:
    return Done("it was over") if isinstance(error, Refused) else after_error(uow, row, machine, error)


def _look_for(runtime: Runtime, asked: Unheard) -> LoggedCall | None:
    return next((call for call in runtime.gateway.calls_since(asked.since) if _is_it(call, asked)), None)


def _is_it(call: LoggedCall, asked: Unheard) -> bool:
    if asked.sid is not None:
        return call.sid == asked.sid
    return not call.inbound and isinstance(call.to, PhoneNumber) and call.to.e164 == asked.to


def _found_out(uow: UnitOfWork, row: Claimed, _asked: Unheard, call: LoggedCall | None) -> Outcome:
    known = calling.found_out(uow, row.about_id, row.turn or 0, call)
    return Done() if known else _look_again(uow)


def _unread(uow: UnitOfWork, row: Claimed, asked: Unheard, _error: GatewayError) -> Outcome:
    """A log that cannot be read is asked again, though not for ever."""
    return _look_again(uow) if row.attempts < GIVE_UP_ASKING else _found_out(uow, row, asked, None)


def _look_again(uow: UnitOfWork) -> Retry:
    return Retry(uow.now + calling.UNHEARD_OF, "the network does not say yet how it ended")


CALL_OUT_MACHINE = Steps(_to_leave, _leave, failed=_not_left)
"""A machine has picked up: leave a word on it if the contact allowed that, else hang up."""

CALL_OUT_WATCH = Steps(
    lambda uow, row: calling.not_enqueued(uow, row.about_id, row.turn or 0), _look_for, _found_out, _unread
)
"""Nothing was heard of a call: the network's log says how it ended."""
