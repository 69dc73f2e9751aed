"""An answer in time, or none: Twilio hangs up on whoever takes longer than 15 seconds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from typing import TypeVar

Answer = TypeVar("Answer")

SECONDS = 10.0
"""Less than Twilio's 15 (which include its connecting to us), so that an apology still arrives."""

AT_ONCE = 32
"""Threads. More than a web process has requests at a time, so that only work that hangs is ever waited for."""


class TooLate(Exception):
    """The work was not done in time. It may still be done later, and whatever it wrote will then be there."""


class Deadline:
    """Runs work in threads of its own, so that a database or a disk that hangs doesn't hang the answer with it."""

    def __init__(self, seconds: float = SECONDS, at_once: int = AT_ONCE) -> None:
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="webhook")

    def keep(self, work: Callable[[], Answer]) -> Answer:
        """What `work` returns or raises. Raises TooLate when that takes longer than the deadline."""
        running = self._threads.submit(work)
        try:
            return running.result(self._seconds)
        except NotInTime:
            if running.done():
                raise  # the work's own TimeoutError
            running.cancel()
            raise TooLate(f"no answer within {self._seconds:g} seconds") from None
