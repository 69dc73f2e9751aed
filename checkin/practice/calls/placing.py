"""How calls start: a phone rings the line, or the line rings a phone. Each leg runs on a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from checkin.practice.callbacks import Callback
from checkin.practice.calls import dialing, gather, hearing, leaving, life, record, ringing
from checkin.practice.calls.ringing import ring
from checkin.practice.calls.script import Perform, Rejected, Script
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, Over, PhoneState, Target

VERBS: dict[str, Perform] = {
    "Say": hearing.say,
    "Play": hearing.play,
    "Pause": hearing.pause,
    "Gather": gather.gather,
    "Record": record.record,
    "Dial": dialing.dial,
    "Redirect": leaving.redirect,
    "Hangup": leaving.hangup,
    "Reject": leaving.reject,
}


_logger = logging.getLogger(__name__)


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
    threading.Thread(target=_live, args=(exchange, call, run), name=call.sid, daemon=True).start()


def _live(exchange: Exchange, call: Call, run: Callable[[], str]) -> None:
    """The whole life of a leg; whatever happens in it, it comes to an end that is told."""
    status, why = "failed", "the practice network made a mistake"
    try:
        status, why = run(), "the line hung up"
    except Over as over:
        why = str(over)
        status = "completed" if call.answered_at else "canceled" if why == "canceled" else "no-answer"
    except Rejected as rejected:
        status, why = str(rejected), "rejected"
    except Exception:
        _logger.exception("A call on the practice network failed")
    finally:
        life.finish(exchange, call, status, why)
