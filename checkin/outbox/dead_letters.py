"""Rows that nobody could carry out: what the dispatcher, the clock and dying workers make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Final

from sqlalchemy import select, update

from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import ATTEMPTS, DeadLetter, Retry, next_try
from checkin.outbox.registry import QUEUES

TELLS: Final = "checkin.reconciliation.dead_letters"
"""Whose `tell` has the organizers know of one; named, because it knows every feature and the outbox none."""


@dataclass(frozen=True)
class Stuck:
    """A row that was claimed and never settled."""

    id: str
    kind: str
    claimed_at: datetime
    attempts: int


def bury(uow: UnitOfWork, row_id: str, kind: str, attempts: int, why: str) -> None:
    """It is never tried again by itself, and the organizers are told."""
    outbox.settle(uow, row_id, DeadLetter(f"after {attempts} tries: {why}"))
    import_module(TELLS).tell(uow, row_id, kind, attempts, why)


def cost_a_worker(uow: UnitOfWork, row_id: str) -> bool:
    """A process died with this row before its claim was kept: the try counts all the same. True: it is a dead letter.

    A row that is claimed, or done, is left alone: the one counts already, and with the other somebody else's died.
    """
    tried = uow.session.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.done_at.is_(None), Outbox.claimed_at.is_(None))
        .values(attempts=Outbox.attempts + 1)
        .returning(Outbox.kind, Outbox.attempts),
        execution_options={"synchronize_session": False},
    ).first()
    if tried is None:
        return False
    outcome = next_try(uow.now, tried.attempts, "its worker died")
    if isinstance(outcome, Retry):
        outbox.settle(uow, row_id, outcome)
        return False
    bury(uow, row_id, tried.kind, tried.attempts, outcome.reason)
    return True


def stuck(uow: UnitOfWork, after: timedelta) -> list[Stuck]:
    """Rows that were claimed longer ago than any job may take: the process that held them has died."""
    rows = uow.session.execute(
        select(Outbox.id, Outbox.kind, Outbox.claimed_at, Outbox.attempts).where(
            Outbox.queue.in_(QUEUES),
            Outbox.done_at.is_(None),
            Outbox.run_after <= uow.now,
            Outbox.claimed_at <= uow.now - after,
        )
    )
    return [Stuck(row_id, kind, claimed_at, attempts) for row_id, kind, claimed_at, attempts in rows if claimed_at]


def release(uow: UnitOfWork, after: timedelta) -> list[Stuck]:
    """Give back what is stuck; one that has cost a worker too often is a dead letter instead. Answers what it was."""
    found = stuck(uow, after)
    back = [row.id for row in found if row.attempts < ATTEMPTS]
    for row in found:
        if row.attempts >= ATTEMPTS:
            bury(uow, row.id, row.kind, row.attempts, "its worker died each time")
    if back:
        uow.session.execute(
            update(Outbox)
            .where(Outbox.id.in_(back), Outbox.done_at.is_(None), Outbox.claimed_at <= uow.now - after)
            .values(claimed_at=None, queued_at=None, outcome=Retry.name, result="released: its worker died")
        )
    return found
