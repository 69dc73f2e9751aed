"""What is still to be done: rows that are written in the same commit as the fact they follow from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from checkin.core import statements
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.models import Heartbeat, Outbox
from checkin.outbox.outcomes import Outcome, Retry, Skipped
from checkin.outbox.registry import JOBS


def later(
    uow: UnitOfWork,
    kind: str,
    about_id: str,
    at: datetime,
    *,
    turn: int | None = None,
    unique_key: str | None = None,
) -> Outbox:
    """Add one thing to do at `at`, about the row `about_id`. What is due already is enqueued after the commit."""
    due = at <= uow.now
    row = Outbox(
        id=uow.new_id(),
        kind=kind,
        queue=JOBS[kind].queue,
        about_id=about_id,
        turn=turn,
        run_after=at,
        queued_at=uow.now if due else None,
        unique_key=unique_key,
        created_at=uow.now,
    )
    uow.session.add(row)
    if due:
        uow.due.append((row.queue, row.id))
    return row


def drop(uow: UnitOfWork, about_id: str, *kinds: str) -> int:
    """Skip what is pending about this row (of these kinds, or all). Answers how many rows it was."""
    statement = update(Outbox).where(Outbox.about_id == about_id, Outbox.done_at.is_(None))
    if kinds:
        statement = statement.where(Outbox.kind.in_(kinds))
    settled = uow.session.execute(
        statement.where(Outbox.claimed_at.is_(None)).values(done_at=uow.now, outcome=Skipped.name, result="dropped"),
        execution_options={"synchronize_session": False},
    )
    return int(settled.rowcount)  # type: ignore[attr-defined]


def claim(uow: UnitOfWork, row_id: str) -> Outbox | None:
    """Take one row that is due, for this process alone; None if it is done, taken, or not due yet."""
    taken = uow.session.scalars(
        update(Outbox)
        .where(
            Outbox.id == row_id,
            Outbox.claimed_at.is_(None),
            Outbox.done_at.is_(None),
            Outbox.run_after <= uow.now,
        )
        .values(claimed_at=uow.now, attempts=Outbox.attempts + 1)
        .returning(Outbox),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )
    return taken.first()


def is_held(uow: UnitOfWork, row_id: str, attempts: int) -> bool:
    """Whether the claim that was this row's try number `attempts` still holds: nobody was given it since."""
    mine = Outbox.id == row_id, Outbox.attempts == attempts, Outbox.claimed_at.is_not(None), Outbox.done_at.is_(None)
    return uow.session.scalar(select(Outbox.id).where(*mine)) is not None


def settle(uow: UnitOfWork, row_id: str, outcome: Outcome) -> None:
    """Record how it went. The row comes again after Retry, and else is never dispatched again."""
    values: dict[str, object] = {"outcome": outcome.name, "result": outcome.reason[:200] or None}
    if isinstance(outcome, Retry):
        values |= {"claimed_at": None, "queued_at": None, "run_after": outcome.at}
        values |= {"attempts": 0} if outcome.anew else {}
    else:
        values |= {"done_at": uow.now, "unique_key": None}
    uow.session.execute(update(Outbox).where(Outbox.id == row_id).values(values))


def due(uow: UnitOfWork, limit: int, enqueue_again_after: timedelta, queue: str | None = None) -> list[tuple[str, str]]:
    """Rows whose time has come (of this queue), oldest first, as (queue, id); those enqueued lately are left out."""
    query = (
        select(Outbox.queue, Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.claimed_at.is_(None),
            Outbox.run_after <= uow.now,
            Outbox.queued_at.is_(None) | (Outbox.queued_at <= uow.now - enqueue_again_after),
        )
        .order_by(Outbox.run_after)
    )
    if queue is not None:
        query = query.where(Outbox.queue == queue)
    return [(queue, row_id) for queue, row_id in uow.session.execute(query.limit(limit))]


def mark_queued(uow: UnitOfWork, ids: list[str]) -> None:
    """Remember that these were enqueued."""
    if ids:
        uow.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=uow.now))


def mark_not_enqueued(uow: UnitOfWork, ids: list[str]) -> None:
    """These did not reach Redis: the clock may enqueue them again at once."""
    uow.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=None))


def beat(uow: UnitOfWork, name: str) -> None:
    """Write down that this process lives."""
    row = statements.insert(uow.session, Heartbeat).values(name=name, at=uow.now)
    uow.session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": uow.now}))
