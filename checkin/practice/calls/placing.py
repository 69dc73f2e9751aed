"""How calls start: a phone rings the line, or the line rings a phone. Each leg runs on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from checkin.practice.callbacks import Callback
from checkin.practice.calls import dialing, life, record, ringing
from checkin.practice.calls.hunting import WHISPERED
from checkin.practice.calls.ringing import ring
from checkin.practice.calls.script import Perform, Script, reject
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, PhoneState, Target

VERBS: dict[str, Perform] = {
    **WHISPERED,
    "Record": record.record,
    "Dial": dialing.dial,
    "Reject": reject,
}


class Engaged(Exception):
    """The phone is on a call already."""


@dataclass(frozen=True)
class Order:
    """What the line asks for in POST Calls.json. timeout in seconds; detect: Enable, DetectMessageEnd or empty."""

    to: str
    from_: str
    target: Target
    timeout: float = 60.0
    callback: Callback | None = None
    fallback: str = ""
    detect: str = ""
    told_later: Callback | None = None


ATTESTED = "TN-Validation-Passed-A"
"""What the network says of a number that is the caller's own."""

FORGED = "TN-Validation-Failed-C"
"""What it says of one that is not."""


def call_line(
    exchange: Exchange, phone: PhoneState, line: str, verdict: str = ATTESTED, shows: str | None = None
) -> Call:
    """A phone calls the line. Raises Engaged when it is on a call.

    verdict: what the network says of its number (StirVerstat), as it stands there; empty: nothing, as of a call from
    abroad. shows: a number that is not its own, as whoever forges one does.
    """
    number = exchange.numbers[line]
    callback = None
    if number.status_url:
        callback = Callback(number.status_url, number.status_method, frozenset({"completed"}))
    call = life.begin(exchange, phone, line, "inbound", from_=shows or phone.shown, to=line, callback=callback)
    with exchange.lock:
        if phone.live is not None:
            del exchange.calls[call.sid]
            raise Engaged(f"{phone.name} is on a call already: hang up first")
        phone.live = call
        call.status = "ringing"
        exchange.log.add("calling", phone.id, call.sid, to=line)
        exchange.stirred.notify_all()

    def run() -> str:
        script = Script(exchange, call, VERBS, number.voice_fallback_url)
        vouched = {"StirVerstat": verdict} if verdict else {}  # said once: no later request has to repeat it
        script.run(Target(number.voice_url, number.voice_method, vouched))
        return "completed"

    _start(exchange, call, run)
    return call


def call_phone(exchange: Exchange, order: Order, early: bool = False) -> Call:
    """The line calls a phone. Queued when this returns; it rings a moment later.

    early: the receipt of `initiated` reaches the line before this returns.
    """
    phone = exchange.phone(order.to)
    call = life.begin(
        exchange, phone, order.from_, "outbound-api", from_=order.from_, to=order.to, callback=order.callback
    )

    def run() -> str:
        if not early:
            life.progress(exchange, call, "initiated")
        outcome = ring(exchange, call, order.timeout)
        if outcome != "answered":
            return outcome
        life.answered(exchange, call)
        if order.detect:
            ringing.detect_machine(exchange, call, order.detect, order.told_later)
        Script(exchange, call, VERBS, order.fallback).run(order.target)
        return "completed"

    if early:
        life.progress(exchange, call, "initiated", wait=True)
    _start(exchange, call, run)
    return call


def _start(exchange: Exchange, call: Call, run: Callable[[], str]) -> None:
    live = (exchange, call, run, "the line hung up")
    threading.Thread(target=life.live, args=live, name=call.sid, daemon=True).start()
