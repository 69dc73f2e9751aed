"""Answering machine detection: a hint, and dead air (twilio.com/docs/voice/answering-machine-detection)."""

from __future__ import annotations

from checkin.practice.callbacks import Callback
from checkin.practice.calls import life
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call

DEAD_AIR = 3.0
GREETING = 8.0


def listen(exchange: Exchange, call: Call, mode: str, told_later: Callback | None) -> None:
    """Find out who answered. With an address for telling it later the call goes on meanwhile."""
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
