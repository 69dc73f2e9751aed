"""Carries one outbox row out, whatever it is, and records how it went."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Protocol, TypeVar

import structlog

from checkin.core.rules.failpoints import Point
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Steps
from checkin.outbox import dead_letters, outbox
from checkin.outbox.outcomes import DeadLetter, Outcome, next_try
from checkin.outbox.registry import JOBS
from checkin.telephony.port import GatewayError, MaybeDone, TryLater

Answer = TypeVar("Answer")

log = structlog.get_logger()


class Host(Protocol):
    """What the process holds, as far as it is used here; the calls of jobs are handed all of it."""

    @property
    def settings(self) -> Settings:
        """Of this process."""

    @property
    def failpoint(self) -> Callable[[Point], object]:
        """Told of every named point."""

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        """Run it in one transaction."""


@cache
def steps_of(kind: str) -> Steps[Any, Any]:
    """How a job of this kind is carried out. Raises KeyError for a kind that is none."""
    steps: Steps[Any, Any] = getattr(import_module(JOBS[kind].module), kind.upper())
    return steps


def load_all() -> None:
    """Import whatever any job needs: before a fork, so that no child pays for it."""
    for kind in JOBS:
        steps_of(kind)
    import_module(dead_letters.TELLS)


def dispatch(host: Host, row_id: str) -> Outcome | None:
    """Claim the row, carry it out, settle it. Answers how it went; never raises for what the network did.

    None: the row is done, taken or not due, and is left alone. Errors that are ours are logged by their kind, the row
    is tried again later, and after eight attempts it is a dead letter; what the network would not take just now is
    asked for half a day.
    """
    host.failpoint("taken")
    try:
        planned = host.do(lambda uow: _plan(host, uow, row_id))
    except Exception as error:
        return _failed_at_once(host, row_id, error)
    if planned is None:
        return None
    claimed, plan = planned
    try:
        outcome = _call(host, claimed, plan)
    except Exception as error:
        why = _log_failed(error, claimed.id, claimed.kind)
        return host.do(lambda uow: _settle(uow, claimed, next_try(uow.now, claimed.attempts, why)))
    log.info("outbox_row", kind=claimed.kind, row=claimed.id, result=outcome.name)
    return outcome


def _plan(host: Host, uow: UnitOfWork, row_id: str) -> tuple[Claimed, Any | Outcome] | None:
    """Claim the row, and take its first step in the same transaction: a request, or how it went already."""
    claimed = _claim(host, uow, row_id)
    if claimed is None:
        return None
    plan = steps_of(claimed.kind).plan(uow, claimed)
    if isinstance(plan, Outcome):
        plan = _settle(uow, claimed, plan)
    host.failpoint("claimed")
    return claimed, plan


def _call(host: Host, claimed: Claimed, plan: Any | Outcome) -> Outcome:
    """Ask the network, if something is to be asked, and record what came together with the end of the row."""
    if isinstance(plan, Outcome):
        return plan
    host.failpoint("prepared")
    try:
        came = steps_of(claimed.kind).call(host, plan)
        host.failpoint("called")
    except GatewayError as error:
        came = error

    outcome = host.do(lambda uow: _record(host, uow, claimed, plan, came))
    host.failpoint("settled")
    return outcome


def _record(host: Host, uow: UnitOfWork, claimed: Claimed, request: Any, came: Any | GatewayError) -> Outcome:
    """Record what came, and settle the row: the job's facts and its end are one commit."""
    steps, held = steps_of(claimed.kind), True
    if isinstance(came, TryLater) and not outbox.is_held(uow, claimed.id, claimed.attempts):
        held, came = False, MaybeDone("another process took it up meanwhile")  # we were taken for dead: it asks now
    if isinstance(came, GatewayError):
        outcome = steps.failed(uow, claimed, request, came)
    else:
        outcome = steps.record(uow, claimed, request, came)
    outcome = _settle(uow, claimed, outcome) if held else outcome
    host.failpoint("recorded")
    return outcome


def _failed_at_once(host: Host, row_id: str, error: Exception) -> Outcome | None:
    """The claim was undone with what failed after it; the try counts all the same."""
    why = _log_failed(error, row_id)

    def count(uow: UnitOfWork) -> Outcome | None:
        claimed = _claim(host, uow, row_id)
        return None if claimed is None else _settle(uow, claimed, next_try(uow.now, claimed.attempts, why))

    return host.do(count)


def _log_failed(error: Exception, row_id: str, kind: str | None = None) -> str:
    """An error of ours, by its kind alone: its words may hold what nobody is to read."""
    log.error("outbox_row_failed", kind=kind, row=row_id, error=type(error).__name__)
    return f"failed: {type(error).__name__}"


def _claim(host: Host, uow: UnitOfWork, row_id: str) -> Claimed | None:
    row = outbox.claim(uow, row_id)
    if row is None:
        return None
    return Claimed(row.id, row.kind, row.about_id, row.turn, row.attempts, host.settings.public_url)


def _settle(uow: UnitOfWork, claimed: Claimed, outcome: Outcome) -> Outcome:
    if isinstance(outcome, DeadLetter):
        dead_letters.bury(uow, claimed.id, claimed.kind, claimed.attempts, outcome.reason)
        log.error("dead_letter", kind=claimed.kind, row=claimed.id, tries=claimed.attempts)
    else:
        outbox.settle(uow, claimed.id, outcome)
    return outcome
