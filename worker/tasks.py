"""What a worker does: it is handed the id of an outbox row, and carries it out."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from rq import get_current_job
from sqlalchemy.exc import SQLAlchemyError

from checkin import assembly
from checkin.core import settings
from checkin.dispatch import dispatcher
from checkin.outbox.registry import Queue
from checkin.runtime import Runtime

GOES_ON_SECONDS = 5.0
"""Short enough to end in time when the host wants the process gone (Heroku: 30 s)."""

AT_ONCE = 10

PHONES: Queue = "ring"
"""The queue whose rows are carried out side by side: those of one wave are asked for together, and a phone that the
network is slow about holds up no other."""

SIDE_BY_SIDE = 8
LOOK_SECONDS = 0.2
"""How often whoever waits for a slow network looks for what has become due beside it."""

log = structlog.get_logger()

_surroundings: Runtime | None = None


def surroundings() -> Runtime:
    """This process's Runtime, built the first time. A worker builds it before it forks, so that its children have it.

    Raises SettingsError, FlowError, BadPolicy.
    """
    global _surroundings
    if _surroundings is None:
        _surroundings = assembly.build(settings.load_settings())
        _surroundings.start()
    return _surroundings


def carry_out(outbox_id: str) -> None:
    """Carry out one row, and for a few seconds those that are due and that nobody was told: a backlog does not
    pay for a process and a connection each time.

    Never raises: an error would be written into Redis, and the row knows better how it went.
    """
    runtime = surroundings()
    job = get_current_job()
    queue = job.origin if job is not None else None
    if queue == PHONES:
        _side_by_side(runtime, outbox_id)
        return
    _perform(runtime, outbox_id)
    ends = time.monotonic() + GOES_ON_SECONDS
    while queue is not None and (more := _more(runtime, queue)):
        for row_id in more:
            _perform(runtime, row_id)
            if time.monotonic() > ends:
                return


def _side_by_side(runtime: Runtime, outbox_id: str) -> None:
    """Carry out one row and, beside it, whatever else is due in its queue, enqueued or not.

    The other rows of a wave were enqueued with it: the children that come for them find them done.
    """
    threads = ThreadPoolExecutor(SIDE_BY_SIDE, "row")
    at_work: dict[str, Future[None]] = {outbox_id: threads.submit(_perform, runtime, outbox_id)}
    ends = time.monotonic() + GOES_ON_SECONDS
    while at_work:
        if len(at_work) < SIDE_BY_SIDE and time.monotonic() < ends:
            for row_id in _more(runtime, PHONES, enqueued_again=True):
                if row_id not in at_work:
                    at_work[row_id] = threads.submit(_perform, runtime, row_id)
        done, _ = wait(at_work.values(), LOOK_SECONDS, FIRST_COMPLETED)
        at_work = {row_id: future for row_id, future in at_work.items() if future not in done}
    threads.shutdown()


def _perform(runtime: Runtime, row_id: str) -> None:
    try:
        dispatcher.dispatch(runtime, row_id)
    except Exception as error:
        log.error("row_not_carried_out", row=row_id, error=type(error).__name__)


def _more(runtime: Runtime, queue: str, *, enqueued_again: bool = False) -> list[str]:
    try:
        return runtime.outbox.more(queue, AT_ONCE, enqueued_again=enqueued_again)
    except SQLAlchemyError as error:
        log.warning("no_more_found", error=type(error).__name__)
        return []
