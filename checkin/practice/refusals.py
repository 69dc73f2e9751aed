"""What Twilio would refuse or warn of. A line that is right leaves this empty."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from checkin.practice.log import EventLog


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
        """For the control API."""
        return asdict(self) | {"at": self.at.isoformat()}


class RefusalLog:
    """Every refusal since the start (or since `clear`). Each is an event as well."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._all: list[NetworkRefusal] = []

    def add(self, code: int, what: str, about: str = "", where: str = "") -> None:
        """Note it."""
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
