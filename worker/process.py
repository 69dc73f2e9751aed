"""One RQ worker process: one queue, a fork for each row, and a heartbeat short enough to be missed soon."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError, ResponseError
from rq import Worker
from rq.job import Job
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.utils import now
from rq.worker_registration import clean_worker_registry

from checkin.core.parent import end_with
from checkin.outbox import dead_letters
from worker.jobs import RowJob, RowQueue, clear, drop
from worker.tasks import surroundings

LEASE_SECONDS = 20
"""With the settings below, a row whose worker was killed is free again after 23 s (RQ's own: never, when idle)."""

AGAIN_SECONDS = 1.0
"""Before a worker begins anew that broke off, by something strange in Redis say: nobody is to be worn out by it."""

LOOK_SECONDS = 5
BEAT_SECONDS = 5.0

ANSWERS_WITHIN = 15.0
"""Seconds for Redis to answer, the five in which it waits with us for the next row among them. It is said here
because redis-py gives up after five, and RQ changes that for new connections alone: the first one is there already."""

HURRY_SECONDS = 3.0
"""How long Redis is waited for by whoever only says goodbye to it: a child that is done, a worker that is to stop."""

TWICE_SECONDS = 10.0
"""Hosts, people and supervisors may all ask a process to stop; a second sign sooner than this is the same one."""

log = structlog.get_logger()


class CheckinWorker(Worker):
    """RQ's worker, with a lease of 20 s, children that finish what they began, and a heartbeat in the database.

    Told to stop, it does so whatever Redis does: RQ's own asks Redis first, and goes on when it does not answer.
    Redis tells it which row is next and no more (worker.jobs): it takes no commands from there.
    """

    job_class = RowJob
    queue_class = RowQueue

    max_connection_wait_time = 5.0
    """Seconds without another look after Redis was lost. (RQ's own: 60, in which no phone rings.)"""

    last_beat = float("-inf")

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """How long RQ believes in a job without a sign of life, in seconds."""
        return LEASE_SECONDS

    def setup_work_horse_signals(self) -> None:
        """A child ends when its row is carried out, also where the host sends SIGTERM to every process (Heroku).

        It does not outlive its worker: what it had in hand is given back by the clock.
        """
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        end_with(os.getppid(), signal.SIGKILL)
        self._hurry()

    def subscribe(self) -> None:
        """RQ would have itself told to stop, or to kill its child, by whoever can write to Redis."""

    def check_for_suspension(self, burst: bool) -> None:
        """The same for a pause."""

    def run_maintenance_tasks(self) -> None:
        """Free the rows of workers that died. RQ's own looks after much that we never have, and unpickles some."""
        for queue in self.queues:
            if not queue.acquire_maintenance_lock():
                continue
            try:
                for kind in (StartedJobRegistry, FailedJobRegistry):
                    kind(queue=queue, job_class=RowJob).cleanup()
                clean_worker_registry(queue)
                queue.intermediate_queue.cleanup(self, queue)
            except (ResponseError, ValueError):
                drop(self.connection, queue.name, f"rq:wip:{queue.name}", f"rq:failed:{queue.name}",
                     f"{queue.key}:intermediate", f"rq:workers:{queue.name}")  # fmt: skip
            finally:
                queue.release_maintenance_lock()  # type: ignore[no-untyped-call]
        self.last_cleaned_at = now()  # type: ignore[assignment]

    @property
    def was_told_to_stop(self) -> bool:
        """Whether SIGTERM or SIGINT reached it, whatever became of it then."""
        return self._shutdown_requested_date is not None

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop: at once, or when the child that is at work has ended. Redis is not asked.

        Not by RQ's StopRequested, which is an Exception: whoever catches those just then (a log that is being written)
        would swallow it.
        """
        self._shutdown_requested_date = now()
        self._stop_requested = True
        signal.signal(signal.SIGINT, self.request_force_stop)
        signal.signal(signal.SIGTERM, self.request_force_stop)
        if not self.horse_pid:
            raise SystemExit(0)

    def request_force_stop(self, signum: int, frame: FrameType | None) -> None:
        """The grace is over (worker.supervisor): end now, and the child with us. Its row is given back by the clock."""
        told = self._shutdown_requested_date
        if told is not None and (now() - told).total_seconds() < TWICE_SECONDS:
            return
        if self.horse_pid:
            self.kill_horse()
        os._exit(1)

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """Wait for the child; after that, whoever is to stop has little time left for Redis."""
        ended = super().wait_for_horse()
        if self._stop_requested:
            self._hurry()
        return ended

    def heartbeat(self, *arguments: Any, **options: Any) -> None:
        """RQ's sign of life, and ours. Whoever was told to stop, and could not, hears it here once more."""
        if self._stop_requested and not self.is_horse and not self.horse_pid:
            raise SystemExit(0)
        super().heartbeat(*arguments, **options)
        if not self.is_horse and time.monotonic() - self.last_beat >= BEAT_SECONDS:
            self.last_beat = time.monotonic()
            beat(f"worker:{self.queue_names()[0]}")

    def teardown(self) -> None:
        """Say goodbye to Redis, if it is there: whoever leaves is not held up by it."""
        self._hurry()
        try:
            super().teardown()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("redis_lost", queue=self.queue_names()[0], error=type(error).__name__)

    def handle_work_horse_killed(self, job: Job, *_how: Any) -> None:
        """A child died with what it had in hand: a row that kills whoever takes it must not do so for ever."""
        try:
            aside = surroundings().do(lambda uow: dead_letters.cost_a_worker(uow, job.id))
        except Exception as error:
            log.warning("death_not_counted", row=job.id, error=type(error).__name__)
        else:
            log.error("child_died", row=job.id, set_aside=aside)

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """What went wrong around a row, by its kind. (A row's own errors never come here.)"""
        log.error("job_failed", row=job.id, error=getattr(exc_info[0], "__name__", "unknown"))

    def _hurry(self) -> None:
        """From now on Redis is given a second, and not asked twice."""
        pool = self.connection.connection_pool
        pool.connection_kwargs.update(socket_timeout=HURRY_SECONDS, socket_connect_timeout=HURRY_SECONDS)
        if not self.is_horse:  # a child has no connection yet, and its parent's stay open
            pool.disconnect(inuse_connections=False)
        pool.reset()  # those that are closed would come back with the patience that they had


def beat(name: str) -> None:
    """Say in the database that this process lives; a database that is away is no reason to stop."""
    try:
        surroundings().outbox.beat(name)
    except Exception as error:
        log.warning("no_heartbeat", process=name, error=type(error).__name__)


def uow(queue: str, *, burst: bool = False) -> None:
    """Carry out the rows of one queue until SIGTERM; `burst`: until the queue is empty.

    Redis may come and go: a worker of RQ ends when it goes at the wrong moment, and the next one waits for it here.
    """
    built = surroundings()  # before the first fork: children inherit the flows and the imports, not the connections
    while True:
        with connect(built.settings.redis_url) as connection:
            await_redis(connection)
            if _works(queue, connection, burst=burst):
                _await_children()
                return
            time.sleep(AGAIN_SECONDS)
        for sign in (signal.SIGTERM, signal.SIGINT):  # the worker that ended would only note that it should stop
            signal.signal(sign, signal.SIG_DFL)


def connect(url: str) -> Redis:
    """A connection for a worker. Nothing is tried again in it: we wait for Redis ourselves."""
    return Redis.from_url(url, retry=None, socket_timeout=ANSWERS_WITHIN)


def _works(queue: str, connection: Redis, *, burst: bool) -> bool:
    """Work until Redis is lost or it is time to stop. True: it is."""
    worker = None
    try:
        worker = _worker(queue, connection)
        worker.work(with_scheduler=False, logging_level="WARNING", burst=burst)
        return burst or worker.was_told_to_stop
    except SystemExit:
        return True
    except RedisError as error:
        log.warning("redis_lost", queue=queue, error=type(error).__name__)
        if isinstance(error, ResponseError):
            with suppress(RedisError):
                clear(connection, queue)
        return worker is not None and worker.was_told_to_stop  # both may go at once


def _await_children() -> None:
    """Whatever is still in hand is finished: Redis may have gone while it was being done."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _worker(queue: str, connection: Redis) -> CheckinWorker:
    return CheckinWorker(
        [queue],
        connection=connection,
        serializer="json",
        worker_ttl=LEASE_SECONDS,
        maintenance_interval=LOOK_SECONDS,
        job_monitoring_interval=LOOK_SECONDS,
        log_job_description=False,
    )


def await_redis(connection: Redis) -> None:
    """Wait until Redis answers; meanwhile the rows are safe in the database."""
    pause = 0.2
    while True:
        try:
            connection.ping()
        except RedisError as error:
            log.warning("waiting_for_redis", error=type(error).__name__)
            time.sleep(pause)
            pause = min(pause * 2, 10)
        else:
            return
