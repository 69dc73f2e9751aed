"""One RQ worker process: one queue, a fork for each row, and a heartbeat short enough to be missed soon."""

from __future__ import annotations

import signal
import time
from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.job import Job

from checkin.services import set_aside
from worker.tasks import surroundings

LEASE_SECONDS = 20
"""With the settings below, a row whose worker was killed is free again after 23 s (RQ's own: never, when idle)."""

LOOK_SECONDS = 5
BEAT_SECONDS = 5.0

log = structlog.get_logger()


class CheckinWorker(Worker):
    """RQ's worker, with a lease of 20 s, children that finish what they began, and a heartbeat in the database."""

    last_beat = float("-inf")

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """How long RQ believes in a job without a sign of life, in seconds."""
        return LEASE_SECONDS

    def setup_work_horse_signals(self) -> None:
        """A child ends when its row is carried out, also where the host sends SIGTERM to every process (Heroku)."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    @property
    def was_told_to_stop(self) -> bool:
        """Whether SIGTERM or SIGINT reached it, whatever became of it then."""
        return self._shutdown_requested_date is not None

    def heartbeat(self, *arguments: Any, **options: Any) -> None:
        """RQ's sign of life, and ours."""
        super().heartbeat(*arguments, **options)
        if not self.is_horse and time.monotonic() - self.last_beat >= BEAT_SECONDS:
            self.last_beat = time.monotonic()
            beat(f"worker:{self.queue_names()[0]}")

    def handle_work_horse_killed(self, job: Job, *_how: Any) -> None:
        """A child died with what it had in hand: a row that kills whoever takes it must not do so for ever."""
        try:
            aside = surroundings().do(lambda work: set_aside.cost_a_worker(work, job.id))
        except Exception as error:
            log.warning("death_not_counted", row=job.id, error=type(error).__name__)
        else:
            log.error("child_died", row=job.id, set_aside=aside)


def beat(name: str) -> None:
    """Say in the database that this process lives; a database that is away is no reason to stop."""
    try:
        surroundings().beat(name)
    except Exception as error:
        log.warning("no_heartbeat", process=name, error=type(error).__name__)


def work(queue: str, *, burst: bool = False) -> None:
    """Carry out the rows of one queue until SIGTERM; `burst`: until the queue is empty.

    Redis may come and go: a worker of RQ ends when it goes at the wrong moment, and the next one waits for it here.
    """
    built = surroundings()  # before the first fork: children inherit the flows and the imports, not the connections
    connection = Redis.from_url(built.settings.redis_url)
    while True:
        await_redis(connection)
        worker = _worker(queue, connection)
        try:
            worker.work(with_scheduler=False, logging_level="WARNING", burst=burst)
            if burst or worker.was_told_to_stop or connection.ping():
                return
        except RedisError as error:
            log.warning("redis_lost", queue=queue, error=type(error).__name__)
            if worker.was_told_to_stop:  # both went at once; its last words to Redis hid that it was to stop
                return
        for sign in (signal.SIGTERM, signal.SIGINT):  # the worker that ended would only note that it should stop
            signal.signal(sign, signal.SIG_DFL)


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
