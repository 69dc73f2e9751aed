"""When the request that a thread is at work on reached this process. It may have waited for a thread since."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

_here = threading.local()


def waited() -> float:
    """Seconds since the request of this thread came; none where nobody has noted it."""
    since: float | None = getattr(_here, "since", None)
    return 0.0 if since is None else time.monotonic() - since


def note(worker: Any) -> None:
    """Have a threaded worker of gunicorn note when each request comes, before it waits for a thread."""
    if not hasattr(worker, "enqueue_req"):  # another kind of worker: then a request begins when it is handled
        return
    enqueue: Callable[[Any], None] = worker.enqueue_req
    handle: Callable[[Any], object] = worker.handle

    def comes(connection: Any) -> None:
        connection.came_at = time.monotonic()
        enqueue(connection)

    def is_handled(connection: Any) -> object:
        _here.since = connection.came_at
        try:
            return handle(connection)
        finally:
            _here.since = None

    worker.enqueue_req, worker.handle = comes, is_handled
