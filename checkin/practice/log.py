"""What happened on the phones, in order: the memory behind every "what do they hear" and every long poll.

Kinds, by who notices them. Each event names the phone; most name the call.

    text        a text came in            from, body, sid
    texted      the phone sent one        to, body, sid
    calling     the phone rings the line  to
    ringing     a call comes in           from
    missed      it stopped ringing        why
    answered    the phone picked up
    heard       something sounds          how (say, play, voice, error, music), text, url, seconds, language
    beep        a tone                    why (record, room)
    asked       the line waits            keys, words, digits, finish
    recording   the line records          longest
    pressed     the phone pressed a key   key
    said        the phone spoke           text
    silent      the phone kept silent
    joined      it is in a room           room, others
    company     someone joined its room   who
    left        someone left its room     who
    ended       its call is over          why
    refused     the carrier refused       code, what (phone: none)
    clock       the clock was moved on    offset (phone: none)
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT = 50_000


@dataclass(frozen=True)
class PracticeEvent:
    """One thing that happened. n grows by one; phone is the phone's id, or empty for the network itself."""

    n: int
    at: datetime
    kind: str
    phone: str
    call: str | None
    details: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Flat, for the control API."""
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "kind": self.kind,
            "phone": self.phone,
            "call": self.call,
            **self.details,
        }


class EventLog:
    """Append and wait. Safe from any thread; its lock is taken last."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._events: deque[PracticeEvent] = deque(maxlen=KEPT)
        self._count = 0
        self._came = threading.Condition()

    def add(self, kind: str, phone: str = "", call: str | None = None, **details: Any) -> PracticeEvent:
        """Note that it happened, and wake whoever waits."""
        with self._came:
            self._count += 1
            event = PracticeEvent(self._count, self._now(), kind, phone, call, details)
            self._events.append(event)
            self._came.notify_all()
            return event

    def since(self, n: int, phone: str | None = None, wait: float = 0.0) -> list[PracticeEvent]:
        """The events after number `n` (of one phone, or of all); waits up to `wait` real seconds for a first one."""
        found: list[PracticeEvent] = []

        def look() -> bool:
            found[:] = self._after(n, phone)
            return bool(found)

        with self._came:
            self._came.wait_for(look, timeout=wait)
        return found

    def last(self) -> int:
        """The number of the newest event."""
        with self._came:
            return self._count

    def _after(self, n: int, phone: str | None) -> list[PracticeEvent]:
        fresh: list[PracticeEvent] = []
        for event in reversed(self._events):
            if event.n <= n:
                break
            if phone is None or event.phone == phone:
                fresh.append(event)
        fresh.reverse()
        return fresh
