"""Doing things later and in order, without a thread for each text."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from checkin.practice.clock import Pace

Job = Callable[[], None]
WORKERS = 32

_logger = logging.getLogger(__name__)


class Later:
    """`after` runs a job after so many simulated seconds; `in_turn` runs the jobs of one name one after the other."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="practice")
        self._wake = threading.Condition(threading.RLock())
        self._due: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._turns: dict[str, deque[Job]] = {}
        self._running = 0
        self._stopped = False
        self._waiter = threading.Thread(target=self._wait, name="practice-later", daemon=True)
        self._waiter.start()

    def after(self, seconds: float, job: Job) -> None:
        with self._wake:
            heapq.heappush(self._due, (time.monotonic() + self._pace.real(seconds), next(self._order), job))
            self._wake.notify()

    def now(self, job: Job) -> None:
        """Run `job` on a worker thread at once."""
        with self._wake:
            if self._stopped:
                return
            self._running += 1
        self._pool.submit(self._run, job)

    def in_turn(self, name: str, job: Job) -> None:
        with self._wake:
            waiting = self._turns.get(name)
            if waiting is not None:
                waiting.append(job)
                return
            self._turns[name] = deque([job])
        self.now(lambda: self._take_turns(name))

    @property
    def pending(self) -> int:
        with self._wake:
            return len(self._due) + self._running

    def stop(self) -> None:
        """No new jobs; those that run may finish."""
        with self._wake:
            self._stopped = True
            self._wake.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self, job: Job) -> None:
        try:
            _safely(job)
        finally:
            with self._wake:
                self._running -= 1

    def _take_turns(self, name: str) -> None:
        while True:
            with self._wake:
                waiting = self._turns[name]
                if not waiting:
                    del self._turns[name]
                    return
                job = waiting.popleft()
            _safely(job)

    def _wait(self) -> None:
        while True:
            with self._wake:
                if self._stopped:
                    return
                if not self._due:
                    self._wake.wait()
                    continue
                left = self._due[0][0] - time.monotonic()
                if left > 0:
                    self._wake.wait(left)
                    continue
                self.now(heapq.heappop(self._due)[2])


def _safely(job: Job) -> None:
    """One job's mistake must not end the worker; it is ours, so it is shown whole."""
    try:
        job()
    except Exception:
        _logger.exception("A job of the practice network failed")
