"""Time on the practice network: how fast it passes in a call, and how far its calendar has been moved on."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass
class Pace:
    """rate: simulated seconds in one real second, for talking, ringing and waiting.

    patient: nobody is hurried. A Gather, a Record and a ringing phone wait until the phone acts.
    """

    rate: float = 1.0
    patient: bool = False

    def real(self, simulated: float) -> float:
        return simulated / self.rate


class PracticeClock:
    """The wall clock plus an offset, which stands in a file too, in seconds, where the line's processes read it."""

    def __init__(self, file: Path | None, pace: Pace) -> None:
        self._file = file
        self._pace = pace
        self._lock = threading.Lock()
        self._passed = 0.0
        self._seen = time.monotonic()
        self.offset = _read(file)

    def now(self) -> datetime:
        """The moment that the line sees too."""
        return datetime.fromtimestamp(time.time() + self.offset, UTC)

    def forward(self, seconds: float) -> float:
        """Move the practice clock on; what falls due by it is the line's to notice. The offset that holds now."""
        if seconds < 0:
            raise ValueError(f"the practice clock only moves forward, not by {seconds} seconds")
        with self._lock:
            self.offset += seconds
            self._passed += seconds
            if self._file is not None:
                _write(self._file, self.offset)
            return self.offset

    def passed(self) -> float:
        """Simulated seconds since the start, at the pace of the moment: for the lengths of calls."""
        with self._lock:
            seen = time.monotonic()
            self._passed += (seen - self._seen) * self._pace.rate
            self._seen = seen
            return self._passed


def _read(file: Path | None) -> float:
    if file is None or not file.exists():
        return 0.0
    return float(file.read_text().strip() or 0)


def _write(file: Path, offset: float) -> None:
    """Whole or not at all: the line may be reading."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    fresh.write_text(f"{offset:.3f}\n")
    fresh.replace(file)
