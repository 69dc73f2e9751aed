"""What is still to be done: rows that are written in the same commit as the fact they follow from."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from checkin.core.unit_of_work import Work
from checkin.outbox.models import Heartbeat, Outbox
from checkin.outbox.outcomes import Outcome, Retry, Skipped
from checkin.outbox.registry import JOBS


def later(
    work: Work,
    kind: str,
    about_id: str,
    at: datetime,
    *,
    turn: int | None = None,
    unique_key: str | None = None,
) -> Outbox:
    """Add one thing to do at `at`, about the row `about_id`. What is due already is knocked for after the commit."""
    due = at <= work.now
    row = Outbox(
        id=work.new_id(),
        kind=kind,
        queue=JOBS[kind].queue,
        about_id=about_id,
        turn=turn,
        run_after=at,
        queued_at=work.now if due else None,
        unique_key=unique_key,
        created_at=work.now,
    )
    work.session.add(row)
    if due:
        work.due.append((row.queue, row.id))
    return row


def drop(work: Work, about_id: str, *kinds: str) -> int:
    """Skip what is pending about this row (of these kinds, or all). Answers how many rows it was."""
    statement = update(Outbox).where(Outbox.about_id == about_id, Outbox.done_at.is_(None))
    if kinds:
        statement = statement.where(Outbox.kind.in_(kinds))
    settled = work.session.execute(
        statement.where(Outbox.claimed_at.is_(None)).values(done_at=work.now, outcome=Skipped.name, result="dropped"),
        execution_options={"synchronize_session": False},
    )
    return int(settled.rowcount)  # type: ignore[attr-defined]


def claim(work: Work, row_id: str) -> Outbox | None:
    """Take one row that is due, for this process alone; None if it is done, taken, or not due yet."""
    taken = work.session.scalars(
        update(Outbox)
        .where(
            Outbox.id == row_id,
            Outbox.claimed_at.is_(None),
            Outbox.done_at.is_(None),
            Outbox.run_after <= work.now,
        )
        .values(claimed_at=work.now, attempts=Outbox.attempts + 1)
        .returning(Outbox),
        execution_options={"populate_existing": True, "synchronize_session": False},
    )
    return taken.first()


def is_held(work: Work, row_id: str, attempts: int) -> bool:
    """Whether the claim that was this row's try number `attempts` still holds: nobody was given it since."""
    mine = Outbox.id == row_id, Outbox.attempts == attempts, Outbox.claimed_at.is_not(None), Outbox.done_at.is_(None)
    return work.session.scalar(select(Outbox.id).where(*mine)) is not None


def settle(work: Work, row_id: str, outcome: Outcome) -> None:
    """Record how it went. The row comes again after Retry, and else is never dispatched again."""
    values: dict[str, object] = {"outcome": outcome.name, "result": outcome.reason[:200] or None}
    if isinstance(outcome, Retry):
        values |= {"claimed_at": None, "queued_at": None, "run_after": outcome.at}
        values |= {"attempts": 0} if outcome.anew else {}
    else:
        values |= {"done_at": work.now, "unique_key": None}
    work.session.execute(update(Outbox).where(Outbox.id == row_id).values(values))


def due(work: Work, limit: int, knock_again_after: timedelta, queue: str | None = None) -> list[tuple[str, str]]:
    """Rows whose time has come (of this queue), oldest first, as (queue, id); those knocked for lately are left out."""
    query = (
        select(Outbox.queue, Outbox.id)
        .where(
            Outbox.done_at.is_(None),
            Outbox.claimed_at.is_(None),
            Outbox.run_after <= work.now,
            Outbox.queued_at.is_(None) | (Outbox.queued_at <= work.now - knock_again_after),
        )
        .order_by(Outbox.run_after)
    )
    if queue is not None:
        query = query.where(Outbox.queue == queue)
    return [(queue, row_id) for queue, row_id in work.session.execute(query.limit(limit))]


def mark_queued(work: Work, ids: list[str]) -> None:
    """Remember that these were knocked for."""
    if ids:
        work.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=work.now))


def mark_unheard(work: Work, ids: list[str]) -> None:
    """Nobody heard the knock for these: the clock may knock again at once."""
    work.session.execute(update(Outbox).where(Outbox.id.in_(ids)).values(queued_at=None))


def beat(work: Work, name: str) -> None:
    """Write down that this process lives."""
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Heartbeat).values(name=name, at=work.now)
    work.session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"at": work.now}))
