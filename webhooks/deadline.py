"""An answer in time, or none: Twilio hangs up on whoever takes longer than 15 seconds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from typing import TypeVar

import structlog

from checkin.core import arrival

Answer = TypeVar("Answer")

SECONDS = 10.0
"""Less than Twilio's 15 (which include its connecting to us), so that an apology still arrives."""

AT_ONCE = 32
"""Threads. More than a web process has requests at a time, so that only work that hangs is ever waited for."""

log = structlog.get_logger()


class TooLate(Exception):
    """The work was not done in time. It may still be done later, and whatever it wrote will then be there."""


class Deadline:
    """Runs work in threads of its own, so that a database or a disk that hangs doesn't hang the answer with it.

    waited: how long the request has waited already, for a thread of the web server say: that counts.
    """

    def __init__(
        self, seconds: float = SECONDS, at_once: int = AT_ONCE, waited: Callable[[], float] = arrival.waited
    ) -> None:
        self._seconds = seconds
        self._waited = waited
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="webhook")

    def keep(
        self,
        uow: Callable[[], Answer],
        given_up: Callable[[], object] = lambda: None,
        late: Callable[[], object] = lambda: None,
    ) -> Answer:
        """What `work` returns or raises. Raises TooLate when that takes longer than the deadline.

        given_up: called just before that; late: called once, in a thread, if the work is done all the same.
        """
        left = self._seconds - self._waited()
        if left <= 0:
            raise TooLate(f"it waited longer than {self._seconds:g} seconds for its turn")
        running = self._threads.submit(uow)
        try:
            return running.result(left)
        except NotInTime:
            if running.done():
                return running.result()  # just now; or the work's own TimeoutError
            given_up()
            if not running.cancel():
                running.add_done_callback(lambda done: self._done_late(done, late))
            raise TooLate(f"no answer within {self._seconds:g} seconds") from None

    def _done_late(self, done: Future[Answer], late: Callable[[], object]) -> None:
        if (error := done.exception()) is not None:
            log.error("late_work_failed", error=type(error).__name__)
        else:
            self._threads.submit(self._afterwards, late)

    def _afterwards(self, late: Callable[[], object]) -> None:
        try:
            late()
        except Exception as error:
            log.error("late_answer_lost", error=type(error).__name__)
