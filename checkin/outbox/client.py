"""What a process does with the outbox: it finds what is due, and tells Redis so that a worker comes at once.

Redis is told the ids of rows and nothing else. When it is gone or slow, enqueuing is given up within about a second,
and not tried again for a few: the rows are in the database, and the clock enqueues them later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from sqlalchemy.exc import DBAPIError

from checkin.core.transactions import Transactions
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.registry import QUEUES

if TYPE_CHECKING:
    from redis import Redis
    from rq import Queue

TASK: Final = "worker.tasks.carry_out"

PATIENCE_SECONDS = 1.0
REST_SECONDS = 5.0
JOB_SECONDS = 60
FORGET_QUEUED_SECONDS = 60  # a job that is in no list any more (its worker died) can be enqueued again after this
FORGET_FAILED_SECONDS = 15

ENQUEUE_AGAIN_AFTER = timedelta(seconds=15)
"""A row that was enqueued and is still not claimed: Redis or the worker forgot it."""

log = structlog.get_logger()


def connect(url: str) -> Redis:
    """A connection that gives up after a second. (Redis(host=...) retries for a minute when the server stalls.)"""
    from redis import Redis

    return Redis.from_url(url, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS, retry=None)


class QueueClient(Protocol):
    """Redis, as we use it: a doorbell."""

    def enqueue(self, queue: str, ids: Sequence[str]) -> bool:
        """Enqueue these outbox rows. False when nobody could be reached; the clock enqueues them again."""

    def waiting(self, queue: str) -> int:
        """How many rows wait there to be taken; 0 when nobody could be reached."""

    def reachable(self) -> bool:
        """Whether the doorbell rings at all."""


class RedisQueue:
    """Enqueues in the Redis of `url`. `monotonic`: seconds that only ever rise.

    What speaks to Redis is loaded when it's first spoken to: commands of operations, which never do, start sooner.
    """

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._resting_until = float("-inf")

    def enqueue(self, queue: str, ids: Sequence[str]) -> bool:
        """Have a worker of `queue` carry these rows out. A row that waits there already isn't added again.

        False when nobody could be reached. Never raises for what Redis does; KeyError for a queue that isn't ours.
        """
        from redis.exceptions import RedisError

        waiting = self._queues[queue]
        if self._monotonic() < self._resting_until:
            return False
        try:
            for row_id in ids:
                self._enqueue(waiting, row_id)
        except RedisError as error:
            self._resting_until = self._monotonic() + REST_SECONDS
            log.warning("redis_unreachable", error=type(error).__name__, again_in_seconds=REST_SECONDS)
            return False
        return True

    def waiting(self, queue: str) -> int:
        """How many rows wait in this queue; 0 when Redis cannot be reached."""
        from redis.exceptions import RedisError

        if self._monotonic() < self._resting_until:
            return 0
        try:
            return self._queues[queue].count
        except RedisError:
            return 0

    def reachable(self) -> bool:
        """Whether Redis can be reached now."""
        from redis.exceptions import RedisError

        try:
            return bool(self._redis.ping())
        except RedisError:
            return False

    def close(self) -> None:
        """Let go of the connections."""
        self._redis.close()

    @cached_property
    def _redis(self) -> Redis:
        return connect(self._url)

    @cached_property
    def _queues(self) -> dict[str, Queue]:
        from rq import Queue

        return {name: Queue(name, connection=self._redis, serializer="json") for name in QUEUES}

    def _enqueue(self, queue: Queue, row_id: str) -> None:
        from rq import Retry
        from rq.exceptions import DuplicateJobError

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


class OutboxClient:
    """The outbox as one process meets it. queue: where it enqueues."""

    def __init__(self, transactions: Transactions, queue: QueueClient) -> None:
        self._transactions = transactions
        self.queue = queue
        transactions.after_commit.append(self._enqueue)

    def due(
        self, limit: int, queue: str | None = None, enqueue_again_after: timedelta = ENQUEUE_AGAIN_AFTER
    ) -> list[tuple[str, str]]:
        """Outbox rows (queue, id) whose time has come (in this queue) and that was not enqueued lately."""
        return self._transactions.look(lambda uow: outbox.due(uow, limit, enqueue_again_after, queue))

    def more(self, queue: str, limit: int, *, enqueued_again: bool = False) -> list[str]:
        """The same, of one queue, for whoever is at work in it. enqueued_again: whenever they were enqueued."""
        return [row_id for _, row_id in self.due(limit, queue, timedelta() if enqueued_again else ENQUEUE_AGAIN_AFTER)]

    def mark_queued(self, ids: list[str]) -> None:
        """Remember that these rows were enqueued."""
        self._transactions.do(lambda uow: outbox.mark_queued(uow, ids))

    def beat(self, name: str) -> None:
        """Say that this process lives."""
        self._transactions.do(lambda uow: outbox.beat(uow, name))

    def _enqueue(self, uow: UnitOfWork) -> None:
        """Enqueue what a use case made due. Whatever nobody heard is the clock's to find, at its next look."""
        not_enqueued: list[str] = []
        for queue in dict.fromkeys(queue for queue, _ in uow.due):
            ids = [row_id for other, row_id in uow.due if other == queue]
            if not self.queue.enqueue(queue, ids):
                not_enqueued.extend(ids)
        if not_enqueued:
            with suppress(DBAPIError):  # what was asked for is committed already: this only helps
                self._transactions.once(lambda uow: outbox.mark_not_enqueued(uow, not_enqueued))
