"""A follow-up whose time has come: judged once more, begun, sent or called once, and the next of its plan promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from checkin.contacts import service as contacts
from checkin.contacts.hours import open_for, zones_of
from checkin.contacts.models import Contact
from checkin.core.rules.phone import PhoneNumber
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.delivery import jobs, receipts
from checkin.delivery.jobs import Ready, ready_to_leave
from checkin.dispatch.steps import PATIENCE, Claimed, Steps, after_error
from checkin.followups import calling, send_policy, series, texting
from checkin.followups import service as follow_ups
from checkin.followups.calling import ToCall, Unheard
from checkin.followups.rules import GatePassed
from checkin.followups.send_policy import Goodbye, Move, Skip, window_of
from checkin.messages import circuit_breaker, pacing
from checkin.messages.models import FollowUp, Message
from checkin.messages.rules.validity import SHORTEST, valid_for
from checkin.outbox import outbox
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


def record_call(uow: UnitOfWork, call: Placing, came: Accepted) -> Outcome:
    """The network took it."""
    return calling.record_placed(uow, call.follow_up_id, came.sid)


def call_failed(uow: UnitOfWork, row: Claimed, call: Placing, error: GatewayError) -> Outcome:
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

Going = Ready | Placing
"""A text that is ready to leave, or a call that is ready to be placed."""


def prepare(uow: UnitOfWork, row: Claimed) -> Going | Outcome:
    """What is to be sent (or called) if every gate is open at this moment; else it is moved or skipped with the reason.

    What may have left is never sent again: silence is better than the same text twice.
    """
    both = select(FollowUp, Contact).join(Contact, Contact.id == FollowUp.contact_id).where(FollowUp.id == row.about_id)
    # a STOP that is just being written is waited for; others may write about them
    found = uow.session.execute(both.with_for_update(of=Contact, key_share=True)).first()
    if found is None:
        return Skipped("no longer planned")
    planned, contact = found
    if planned.state == "sent" and row.attempts > 1:  # a receipt said so, its worker had died
        series.go_on(uow, planned, contact)
    if planned.state not in ("planned", "sending"):
        return Skipped("no longer planned")
    if planned.state == "sending":
        return _tried_before(uow, row, planned, contact)
    verdict = follow_ups.judge(uow, planned, contact)
    if isinstance(verdict, Skip):
        return _skip(uow, planned, contact, verdict)
    if isinstance(verdict, Move):
        follow_ups.move(uow, planned, contact, verdict)
        return _later(planned, verdict.reason)
    if isinstance(verdict, Goodbye):
        return _ready(uow, planned, texting.write_last(uow, planned, contact, verdict.reason), contact, row.public_url)
    if send_policy.calls_wanted(uow, contact, uow.library.plans.get(planned.plan or "")):
        ready = calling.ring(uow, planned, contact)
        if isinstance(ready, Skipped):
            return _skip(uow, planned, contact, Skip(ready.reason))
        return placing(ready, row.public_url)
    with uow.session.no_autoflush:  # its row is written once, when all is decided
        at = circuit_breaker.holds_until(uow, planned.line)
        if at is None:
            planned.slot_at = at = pacing.place(uow, planned.line, planned.slot_at)
    if at is not None:
        planned.due_at = at
        planned.judged = {**(planned.judged or {}), **_waits(planned)}
        return _later(planned, "its turn comes later: the line's number is busy")
    message = texting.write(uow, planned, contact)
    if message is None:
        return _skip(uow, planned, contact, Skip("its flow had nothing to say", ends=False))
    pacing.spent(uow, planned.line, message.segments - pacing.GUESSED)
    return _ready(uow, planned, message, contact, row.public_url)


def _skip(uow: UnitOfWork, planned: FollowUp, contact: Contact, verdict: Skip) -> Outcome:
    follow_ups.skip(uow, planned, verdict.reason)
    if not verdict.ends:
        series.go_on(uow, planned, contact)
    return Skipped(verdict.reason)


def _later(planned: FollowUp, why: str) -> Retry | Skipped:
    if planned.state not in ("planned", "sending"):
        return Skipped(planned.reason or planned.state)
    planned.reason = why[:120]
    return Retry(planned.due_at, why)


def _waits(planned: FollowUp) -> dict[str, object]:
    passed = GatePassed("turn", "move", "the line's number is busy with other texts")
    gates = list((planned.judged or {}).get("gates", []))
    return {"gates": [*gates, [passed.gate, passed.said, passed.why]]}


def _tried_before(uow: UnitOfWork, row: Claimed, planned: FollowUp, contact: Contact) -> Ready | Outcome:
    """An earlier try wrote it. If the network surely did not take it, it is judged anew and goes now or later; else
    it is asked about, not sent."""
    message = uow.session.get_one(Message, planned.message_id)
    if message.sid is not None:
        receipts.follow_up_resolved(uow, message, left=True)
        series.go_on(uow, planned, contact)
        return Done("it had left")
    if message.status == "failed":
        follow_ups.skip(uow, planned, "the network refused it")
        return Skipped("the network refused it")
    if message.status != "planned":
        planned.state, planned.reason = "unknown", N_("its worker stopped while sending")
        message.status = "unknown"
        outbox.later(uow, "resolve_message", message.id, uow.now)
        series.go_on(uow, planned, contact)
        return Unknown("its worker died")
    verdict = follow_ups.judge(uow, planned, contact)
    if isinstance(verdict, Move):
        follow_ups.move(uow, planned, contact, verdict)
        if planned.state == "sending":
            return _later(planned, verdict.reason)
        verdict = Skip(planned.reason or verdict.reason)
    if isinstance(verdict, Skip):
        message.status = "skipped"
        return _skip(uow, planned, contact, verdict)
    message.status = "sending"
    return _ready(uow, planned, message, contact, row.public_url)


def _ready(uow: UnitOfWork, planned: FollowUp, message: Message, contact: Contact, public_url: str) -> Ready:
    """The request; the network may try for as long as the hours are open in which it is welcome."""
    number = contacts.number_of(uow, contact)
    assert number is not None, "the gates let nobody through who has none"
    window, zones = window_of(uow, planned, contact), zones_of(uow, contact)
    longest: timedelta = max(SHORTEST, open_for(window, zones, uow.now, valid_for("follow_up")))
    return ready_to_leave(uow, message, number, public_url, longest)


def _finish(uow: UnitOfWork, follow_up_id: str, state: str, reason: str | None) -> None:
    planned = uow.session.get_one(FollowUp, follow_up_id)
    if state != "unknown" or planned.state == "sending":  # its receipt may have come before we gave up on the answer
        planned.state, planned.finished_at = state, uow.now
        planned.reason = reason[:120] if reason else planned.reason
    if planned.plan is not None:
        held = {
            "key_share": True,
            "of": Contact,
        }  # nor is anything promised to somebody whose STOP is just being written
        series.go_on(uow, planned, uow.session.get_one(Contact, planned.contact_id, with_for_update=held))


def ask(runtime: Runtime, going: Going) -> Accepted:
    """Send the text, or place the call."""
    return runtime.gateway.place_call(going.request) if isinstance(going, Placing) else jobs.ask(runtime, going)


def record(uow: UnitOfWork, row: Claimed, going: Going, came: Accepted) -> Outcome:
    """It left: the next of its plan is promised."""
    if isinstance(going, Placing):
        return record_call(uow, going, came)
    outcome = jobs.record(uow, row, going, came)
    _finish(uow, row.about_id, "sent", None)
    return outcome


def failed(uow: UnitOfWork, row: Claimed, going: Going, error: GatewayError) -> Outcome:
    """Write down what came of it, and promise the next of its plan. One that was never taken has failed in the end."""
    if isinstance(error, TryLater) and row.attempts >= PATIENCE:
        _not_sent(uow, row, going, Refused(f"not taken for half a day: {error}"))
        return after_error(uow, row, going, error)
    return _not_sent(uow, row, going, error)


def _not_sent(uow: UnitOfWork, row: Claimed, going: Going, error: GatewayError) -> Outcome:
    if isinstance(going, Placing):
        return call_failed(uow, row, going, error)
    outcome = jobs.failed(uow, row, going, error)
    match error:
        case TryLater():
            pass
        case MaybeDone():
            _finish(uow, row.about_id, "sent" if isinstance(outcome, Done) else "unknown", None)
        case _:
            _finish(uow, row.about_id, "failed", str(error))
    return outcome


FOLLOW_UP: Steps[Going, Accepted] = Steps(prepare, ask, record, failed)
"""Send (or call) one follow-up."""
