"""What the network remembers: what happened, what it asked the line, and what Twilio would refuse or warn of.

What happened on the phones stands in order: the memory behind every "what do they hear" and every long poll.

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
from dataclasses import asdict, dataclass, field
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


@dataclass(frozen=True)
class NetworkRefusal:
    """code: Twilio's error or warning; what: in words; about: the id of the text or call; where: the URL or verb."""

    n: int
    at: datetime
    code: int
    what: str
    about: str
    where: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


class RefusalLog:
    """Every refusal since the start (or since `clear`). Each is an event as well."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._all: list[NetworkRefusal] = []

    def add(self, code: int, what: str, about: str = "", where: str = "") -> None:
        event = self._log.add("refused", code=code, what=what, about=about, where=where)
        with self._lock:
            self._all.append(NetworkRefusal(event.n, event.at, code, what, about, where))

    def all(self) -> list[NetworkRefusal]:
        """Oldest first."""
        with self._lock:
            return list(self._all)

    def clear(self) -> None:
        """Forget them, between two tests that share a network."""
        with self._lock:
            self._all.clear()


MOST_TRACED = 5_000


@dataclass(frozen=True)
class TracedRequest:
    """One signed request: why (text, voice, status, recording, conference, media), where to, and the answer.

    status is None when no answer came; then `body` says why. seconds are real ones.
    """

    n: int
    at: datetime
    why: str
    about: str
    method: str
    url: str
    params: dict[str, str]
    signature: str
    status: int | None
    content_type: str
    body: str
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}


class Trace:
    """The newest few thousand requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[TracedRequest] = deque(maxlen=MOST_TRACED)
        self._count = 0

    def add(self, **what: Any) -> TracedRequest:
        with self._lock:
            self._count += 1
            passed = TracedRequest(n=self._count, **what)
            self._kept.append(passed)
            return passed

    def since(self, n: int = 0, about: str | None = None) -> list[TracedRequest]:
        """Those after number `n`, of one text or call if `about` is its id."""
        with self._lock:
            return [p for p in self._kept if p.n > n and about in (None, p.about)]

    def get(self, n: int) -> TracedRequest | None:
        with self._lock:
            return next((p for p in self._kept if p.n == n), None)
