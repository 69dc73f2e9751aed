"""Calls that we begin: placed; hung up on a machine, or moved to what is left on it; given up when nothing is heard."""

from __future__ import annotations

from checkin.channels.addresses import Addresses
from checkin.delivery.claimed import Claimed, Handler
from checkin.gateway.port import OutgoingCall, Refused, TryLater, Unknown
from checkin.runtime import Runtime
from checkin.services.following import calling
from checkin.services.following.calling import ToCall


def place(runtime: Runtime, call: ToCall) -> str:
    """Place the call and record what came of it. Raises TryLater when the network did not take it."""
    ours = Addresses(runtime.settings.public_url, media=str)
    runtime.passing("prepared")
    try:
        accepted = runtime.gateway.place_call(
            OutgoingCall(
                call.to, call.from_, ours.out(call.id), ours.out_status(call.id), call.ring_for,
                machine_url=ours.out_machine(call.id), after_beep=call.after_beep,
            )
        )  # fmt: skip
        runtime.passing("called")
    except TryLater:
        runtime.do(lambda work: calling.not_taken(work, call.id))
        raise
    except Refused as error:
        why = str(error)
        return runtime.do(lambda work: calling.not_placed(work, call.id, why))
    except Unknown:
        return "unknown: it may be ringing; its own receipts will tell"
    return runtime.do(lambda work: calling.placed(work, call.id, accepted.sid))


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
    """Nothing may have been heard of a call."""
    return runtime.do(lambda work: calling.watch(work, row.about_id, row.turn or 0))


HANDLERS: dict[str, Handler] = {"call_out_machine": call_out_machine, "call_out_watch": call_out_watch}
