"""The doorbell: knock at Redis for outbox rows, so that a worker comes at once instead of within a second.

Redis is told the ids of rows and nothing else. When it is gone or slow, the knock is given up within about a second,
and not tried again for a few: the rows are in the database, and the clock knocks for them later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError

from checkin.outbox.rules import QUEUES

TASK: Final = "worker.tasks.carry_out"

PATIENCE_SECONDS = 1.0
REST_SECONDS = 5.0
JOB_SECONDS = 60
FORGET_QUEUED_SECONDS = 60  # a job that is in no list any more (its worker died) can be knocked for again after this
FORGET_FAILED_SECONDS = 15

log = structlog.get_logger()


def connect(url: str) -> Redis:
    """A connection that gives up after a second. (Redis(host=...) retries for a minute when the server stalls.)"""
    return Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=None)


class Nudge(Protocol):
    """Redis, as we use it: a doorbell."""

    def nudge(self, queue: str, ids: Sequence[str]) -> bool:
        """Knock for these outbox rows. False when nobody could be reached; the clock knocks again."""

    def waiting(self, queue: str) -> int:
        """How many rows wait there to be taken; 0 when nobody could be reached."""

    def reachable(self) -> bool:
        """Whether the doorbell rings at all."""


class RedisNudge:
    """Knocks at the Redis of `url`. `monotonic`: seconds that only ever rise."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._redis = connect(url)
        self._queues: dict[str, Queue] = {
            name: Queue(name, connection=self._redis, serializer="json") for name in QUEUES
        }
        self._monotonic = monotonic
        self._resting_until = float("-inf")

    def nudge(self, queue: str, ids: Sequence[str]) -> bool:
        """Have a worker of `queue` carry these rows out. A row that waits there already isn't added again.

        False when nobody could be reached. Never raises for what Redis does; KeyError for a queue that isn't ours.
        """
        waiting = self._queues[queue]
        if self._monotonic() < self._resting_until:
            return False
        try:
            for row_id in ids:
                self._knock(waiting, row_id)
        except RedisError as error:
            self._resting_until = self._monotonic() + REST_SECONDS
            log.warning("redis_unreachable", error=type(error).__name__, again_in_seconds=REST_SECONDS)
            return False
        return True

    def waiting(self, queue: str) -> int:
        """How many rows wait in this queue; 0 when Redis cannot be reached."""
        if self._monotonic() < self._resting_until:
            return 0
        try:
            return self._queues[queue].count
        except RedisError:
            return 0

    def reachable(self) -> bool:
        """Whether Redis can be reached now."""
        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    def _knock(self, queue: Queue, row_id: str) -> None:
        try:
            queue.enqueue(
                TASK,
                row_id,
                job_id=row_id,
                unique=True,
                description="outbox row",
                retry=Retry(max=1),
                job_timeout=JOB_SECONDS,
                ttl=FORGET_QUEUED_SECONDS,
                result_ttl=0,
                failure_ttl=FORGET_FAILED_SECONDS,
            )
        except DuplicateJobError:
            return
