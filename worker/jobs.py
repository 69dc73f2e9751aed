"""What workers take from Redis: the id of a row, in a job that is exactly the one that outbox.client writes.

RQ imports and calls what a job names, tells callbacks and web addresses of it, starts its dependents, reads some of
it with pickle, and obeys commands. Whoever can write to Redis could have all of that done by a worker, which holds
the line's secrets. So none of it is read: a job is known by its bytes, and whatever else stands there is thrown away.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, Final

import structlog
from redis import Redis
from redis.exceptions import ResponseError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus

from checkin.outbox.client import FORGET_FAILED_SECONDS, FORGET_QUEUED_SECONDS, JOB_SECONDS, TASK
from checkin.outbox.registry import QUEUES

ROW: Final = re.compile(r"[0-9a-f]{32}")
"""An id of ours (Runtime.new_id)."""

LARGEST: Final = 500
"""Bytes of what names the function and the row. Ours are about seventy."""

FOREIGN: Final = (
    "success_callback_name", "failure_callback_name", "stopped_callback_name", "webhooks", "dependency_id",
    "dependency_ids", "group_id", "meta", "repeats_left", "repeat_intervals", "rate_limit_key", "result", "exc_info",
)  # fmt: skip
"""What a job of ours never has."""

REGISTRIES: Final = ("wip", "finished", "failed", "deferred", "scheduled", "canceled")
"""RQ's lists of what has left a queue."""

log = structlog.get_logger()

_dropped = 0


def drop(connection: Redis, queue: str, *keys: str) -> None:
    """Throw away what is not ours, and log where it stood and how many there have been; its words are a stranger's."""
    global _dropped
    _dropped += 1
    log.warning("strange_job_dropped", queue=queue, dropped=_dropped)
    if keys:
        connection.delete(*keys)


def clear(connection: Redis, queue: str) -> None:
    """Throw away what is not of the kind that RQ keeps under its own names: no worker would ever start again."""
    names = dict.fromkeys(("rq:workers", f"rq:workers:{queue}", "rq:queues"), b"set")
    names |= {f"rq:{name}:{queue}": b"zset" for name in REGISTRIES}
    names |= {f"rq:queue:{queue}": b"list", f"rq:queue:{queue}:intermediate": b"list"}
    for name, kind in names.items():
        if connection.type(name) not in (kind, b"none"):
            drop(connection, queue, name)


class RowJob(Job):
    """A job of ours. Fetched, it is built from its id; of what stands in Redis only its state is believed."""

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Any = None) -> Job:
        """The job under this id. Raises NoSuchJobError for none, and for one that is not ours."""
        assert connection is not None
        row = id.partition(":")[0]  # some lists of RQ's hold JOB:EXECUTION
        if not ROW.fullmatch(row):
            drop(connection, "unknown")
            raise NoSuchJobError("no id of a row")
        try:
            return super().fetch(row, connection, serializer)
        except ResponseError as error:
            drop(connection, "unknown", cls.key_for(row))
            raise NoSuchJobError("no job") from error

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Raises NoSuchJobError when it is not ours."""
        found = {name.decode("latin-1"): value for name, value in raw_data.items()}
        queue = found.get("origin", b"").decode("latin-1")
        if queue not in QUEUES or not _is_ours(self.id, found):
            drop(self.connection, queue if queue in QUEUES else "unknown", self.key)
            raise NoSuchJobError("not a job of ours")
        self._func_name, self._instance, self._args, self._kwargs = TASK, None, (self.id,), {}
        self.origin = queue
        self._status = JobStatus(found["status"].decode())
        self.timeout, self.result_ttl, self.failure_ttl = JOB_SECONDS, 0, FORGET_FAILED_SECONDS
        self.ttl = FORGET_QUEUED_SECONDS
        self.retries_left = 1 if found.get("retries_left") == b"1" else 0


def _is_ours(row: str, found: Mapping[str, bytes]) -> bool:
    """Whether this hash is one that checkin.outbox.client wrote for this row."""
    if any(found.get(name) for name in FOREIGN) or found.get("status", b"").decode("latin-1") not in list(JobStatus):
        return False
    unpack = zlib.decompressobj()
    try:
        named = unpack.decompress(found.get("data", b"")[:LARGEST], LARGEST)
        return bool(json.loads(named) == [TASK, None, [row], {}])
    except (zlib.error, ValueError, RecursionError):
        return False


class RowQueue(Queue):
    """A queue of our jobs. What is pushed into it that is no id, or is no queue at all, ends nobody."""

    @classmethod
    def lmove(cls, connection: Redis, queue_key: str, timeout: int | None) -> Any:
        """The next id. RQ's own decodes whatever comes."""
        while True:
            try:
                found = super().lmove(connection, queue_key, timeout)
            except ResponseError:  # not a list
                drop(connection, queue_key.rpartition(":")[2], queue_key, f"{queue_key}:intermediate")
                continue
            if found is None or ROW.fullmatch(found[1].decode("latin-1")):
                return found
            connection.lrem(f"{queue_key}:intermediate", 1, found[1])
            drop(connection, queue_key.rpartition(":")[2])

    @classmethod
    def _fetch_dequeued_job(cls, *arguments: Any, **options: Any) -> Any:
        """The job under that id. What is none would wait for the next look at what workers left behind."""
        connection, queue_key, job_id = arguments
        found = super()._fetch_dequeued_job(*arguments, **options)
        if found is None:
            connection.lrem(f"{queue_key}:intermediate", 1, job_id)
        return found

    def move_dependents_to_ready(self, *_arguments: Any, **_options: Any) -> dict[str, list[str]]:
        """Nothing waits for a job of ours."""
        return {}

    def enqueue_dependents(self, *_arguments: Any, **_options: Any) -> dict[str, list[str]]:
        """The same, after a failure."""
        return {}
