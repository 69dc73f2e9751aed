"""A phone rings, and what its owner does about it."""

from __future__ import annotations

from typing import Literal

from checkin.practice.callbacks import Callback
from checkin.practice.calls import life
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call

BUFFER = 5.0  # Twilio adds it to every timeout
REACHES_IN = 1.0
VOICEMAIL_AFTER = 12.0

Outcome = Literal["answered", "busy", "no-answer", "failed"]


def ring(exchange: Exchange, call: Call, timeout: float) -> Outcome:
    """Ring until somebody does something, or for `timeout` simulated seconds and Twilio's five. Raises Over."""
    phone = call.phone
    if phone.when_called == "off":
        call.wait(REACHES_IN)
        return "failed"
    with exchange.lock:
        busy = phone.live is not None
        if not busy:
            phone.live = call
            call.status = "ringing"
            exchange.log.add("ringing", phone.id, call.sid, **{"from": call.from_})
            exchange.stirred.notify_all()
    if busy:
        call.wait(REACHES_IN)
        return "busy"
    life.progress(exchange, call, "ringing")
    return _by_itself(exchange, call, timeout + BUFFER)


def _by_itself(exchange: Exchange, call: Call, seconds: float) -> Outcome:
    match call.phone.when_called:
        case "answer":
            call.wait(REACHES_IN)
        case "decline":
            call.wait(REACHES_IN)
            return "busy"
        case "voicemail":
            if seconds < VOICEMAIL_AFTER:
                call.wait(seconds)
                return "no-answer"
            call.wait(VOICEMAIL_AFTER)
            call.machine = True
        case "no_answer":
            call.wait(seconds)
            return "no-answer"
        case _:
            return _by_hand(exchange, call, seconds)
    exchange.log.add("answered", call.phone.id, call.sid)
    return "answered"


def _by_hand(exchange: Exchange, call: Call, seconds: float) -> Outcome:
    """The patient are not timed."""
    while call.choice is None:
        patient = call.patient
        changed = call.wait(
            None if patient else seconds,
            lambda was=patient: call.choice is not None or call.patient != was,  # type: ignore[misc]
        )
        if not changed:
            return "no-answer"
    if call.choice == "answered":
        exchange.log.add("answered", call.phone.id, call.sid)
        return "answered"
    return "busy" if call.choice == "declined" else "no-answer"


DEAD_AIR = 3.0
GREETING = 8.0


def detect_machine(exchange: Exchange, call: Call, mode: str, told_later: Callback | None) -> None:
    """Find out who answered: a hint, and dead air. With an address for telling it later the call goes on meanwhile."""
    if call.machine:
        found = "machine_end_beep" if mode == "DetectMessageEnd" else "machine_start"
        takes = GREETING if mode == "DetectMessageEnd" else DEAD_AIR
    else:
        found, takes = "human", DEAD_AIR
    if told_later is None:
        call.wait(takes)
        call.answered_by = found
        return

    def tell() -> None:
        told = life.params(exchange, call) | {"AnsweredBy": found, "MachineDetectionDuration": str(int(takes * 1000))}
        call.answered_by = found
        exchange.callbacks.send("call", call.sid, "machine", told_later, told)

    exchange.later.after(takes, tell)
