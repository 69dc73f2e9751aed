"""The clock: every second it finds the rows whose time has come, and enqueues them in Redis.

It keeps nothing itself: two clocks are safe, a restart loses nothing, and Redis may be away as long as it likes.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from checkin.assembly import build
from checkin.core import garbage, logs
from checkin.core.asked import Asked
from checkin.core.parent import say_ready
from checkin.core.settings import load_settings
from checkin.outbox import dead_letters, recurring_jobs
from checkin.outbox.queries import STUCK_AFTER
from checkin.outbox.registry import QUEUES
from checkin.runtime import Runtime
from worker import pinging

TICK_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
BATCH = 200
DEEP = 100
"""A queue with so many rows waiting gets no more: some seconds of work."""

BEAT_EVERY = 5
"""Ticks between two heartbeats."""

RELEASE_EVERY = 15
"""Ticks between two looks for rows whose worker died."""

RECURRING_EVERY = 60
"""Ticks between two looks whether every chore of the line has its row."""

CLAIM_LASTS = STUCK_AFTER
"""A row that was claimed longer ago is given back: a job may take one minute at most."""

log = structlog.get_logger()


class Stop(Protocol):
    """When to stop."""

    def wait(self, seconds: float) -> bool:
        """Wait that long; True as soon as it is time to stop."""


@dataclass
class Clock:
    """One clock. `run` returns when `stop` says so; errors are logged and waited out."""

    runtime: Runtime
    ticks: int = 0
    failures: int = 0

    def run(self, stop: Stop | None = None) -> None:
        """Tick once a second until it is time to stop."""
        stop = stop or Asked()
        while not stop.wait(self._attempt()):
            pass

    def tick(self) -> int:
        """Enqueue everything that is due. Answers how many rows a worker was found for."""
        if self.ticks % RELEASE_EVERY == 0:
            self._release()
        if self.ticks % BEAT_EVERY == 0:
            self.runtime.outbox.beat("clock")
        if self.ticks % RECURRING_EVERY == 0:
            self.runtime.do(recurring_jobs.ensure)
        self.ticks += 1
        return sum(self._enqueue(queue) for queue in QUEUES)

    def _enqueue(self, queue: str) -> int:
        """Enqueue what is due in one queue. A queue that is deep in work is not filled any further: what waits in
        the database costs nothing, and whoever is at work goes on with it."""
        if self.runtime.outbox.queue.waiting(queue) >= DEEP:
            return 0
        ids = [row_id for _, row_id in self.runtime.outbox.due(BATCH, queue)]
        if not ids:
            return 0
        self.runtime.failpoint("found")
        if not self.runtime.outbox.queue.enqueue(queue, ids):
            return 0
        self.runtime.failpoint("enqueued")
        self.runtime.outbox.mark_queued(ids)
        return len(ids)

    def _attempt(self) -> float:
        """Tick, and say how many seconds to wait until the next: none after a full batch, more after failures."""
        try:
            full = self.tick() >= BATCH
        except Exception as error:
            self.failures += 1
            pause = min(TICK_SECONDS * float(2**self.failures), LONGEST_PAUSE_SECONDS)
            log.error("clock_failed", error=type(error).__name__, times=self.failures, again_in_seconds=pause)
            return pause
        if self.failures:
            log.info("clock_recovered", after_failures=self.failures)
            self.failures = 0
        return 0.0 if full else TICK_SECONDS

    def _release(self) -> None:
        for row in self.runtime.do(lambda uow: dead_letters.release(uow, CLAIM_LASTS)):
            log.warning("row_was_stuck", row=row.id, kind=row.kind, attempts=row.attempts)


def main() -> None:
    """Tick until SIGTERM or Ctrl-C. Raises SettingsError, FlowError, BadPolicy, NotOurs before the first tick."""
    logs.set_up()
    stop = Asked()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop.set)
    built = build(load_settings())
    with suppress(SQLAlchemyError):  # it is asked again at each tick
        built.meet()
    garbage.settle()
    log.info("clock_started")
    say_ready()
    pinging.begin(built, stop)
    try:
        Clock(built).run(stop)
    finally:
        built.close()
    log.info("clock_stopped")
