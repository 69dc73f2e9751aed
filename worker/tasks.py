"""What a worker does: it is handed the id of an outbox row, and carries it out."""

from __future__ import annotations

import time

import structlog
from rq import get_current_job
from sqlalchemy.exc import SQLAlchemyError

from checkin import delivery, settings
from checkin import runtime as runtimes
from checkin.runtime import Runtime

GOES_ON_SECONDS = 5.0
"""Short enough to end in time when the host wants the process gone (Heroku: 30 s)."""

AT_ONCE = 10

log = structlog.get_logger()

_surroundings: Runtime | None = None


def surroundings() -> Runtime:
    """This process's Runtime, built the first time. A worker builds it before it forks, so that its children have it.

    Raises SettingsError, FlowError, BadPolicy.
    """
    global _surroundings
    if _surroundings is None:
        _surroundings = runtimes.build(settings.here())
        _surroundings.start()
    return _surroundings


def carry_out(outbox_id: str) -> None:
    """Carry out one row, and for a few seconds those that are due and that nobody was knocked for: a backlog does not
    pay for a process and a connection each time.

    Never raises: an error would be written into Redis, and the row knows better how it went.
    """
    runtime = surroundings()
    _perform(runtime, outbox_id)
    job = get_current_job()
    queue = job.origin if job is not None else None
    ends = time.monotonic() + GOES_ON_SECONDS
    while queue is not None and (more := _more(runtime, queue)):
        for row_id in more:
            _perform(runtime, row_id)
            if time.monotonic() > ends:
                return


def _perform(runtime: Runtime, row_id: str) -> None:
    try:
        delivery.perform(runtime, row_id)
    except Exception as error:
        log.error("row_not_carried_out", row=row_id, error=type(error).__name__)


def _more(runtime: Runtime, queue: str) -> list[str]:
    try:
        return runtime.more(queue, AT_ONCE)
    except SQLAlchemyError as error:
        log.warning("no_more_found", error=type(error).__name__)
        return []
