"""Every request that the carrier made to the line, and what came back."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

KEPT = 5_000


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
        """For the control API."""
        return asdict(self) | {"at": self.at.isoformat()}


class Trace:
    """The newest few thousand requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[TracedRequest] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, **what: Any) -> TracedRequest:
        """Keep one; its number is given here."""
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
        """One of them, if it is still kept."""
        with self._lock:
            return next((p for p in self._kept if p.n == n), None)
