"""When the request that a thread is at work on reached this process. It may have waited for a thread since."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_here = threading.local()


def waited() -> float:
    """Seconds since the request of this thread came; none where nobody has noted it."""
    came_at: float | None = getattr(_here, "came_at", None)
    return 0.0 if came_at is None else time.monotonic() - came_at


@contextmanager
def since(came_at: float) -> Iterator[None]:
    """What this thread does inside is for a request that came then (time.monotonic)."""
    _here.came_at = came_at
    try:
        yield
    finally:
        _here.came_at = None
