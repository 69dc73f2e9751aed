"""What is still to be done: due, stuck, dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from checkin.core.models import AwareUTC
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import DeadLetter
from checkin.outbox.registry import QUEUES

Which = Literal["due", "stuck", "failed", "later"]

DEAD = Outbox.outcome == literal_column(f"'{DeadLetter.name}'")
"""As its index says it, word for word: so the planner knows that it may look there."""


@dataclass(frozen=True)
class Todo:
    """One row, without what it is about: that is nobody's to read here."""

    id: str
    kind: str
    queue: str
    run_after: datetime
    attempts: int
    result: str


def is_seen_by(column: InstrumentedAttribute[str | None], line: str, first: str) -> ColumnElement[bool]:
    """Rows that the organizers of this line see: its own, and for the first line those of no line, too."""
    return or_(column == line, column.is_(None)) if line == first else column == line


def rows(
    session: Session, which: Which, now: datetime, stuck_after: timedelta, limit: int,
    seen: ColumnElement[bool] | None = None,
) -> list[Todo]:  # fmt: skip
    """Rows of one sort, the oldest first; dead letters: the newest first. One statement.

    seen: of dead letters, only these (`is_seen_by`).
    """
    open_ = Outbox.done_at.is_(None)
    free = and_(open_, Outbox.claimed_at.is_(None))
    sorts = {
        "due": and_(free, Outbox.run_after <= now),
        "later": and_(free, Outbox.run_after > now),
        "stuck": and_(open_, Outbox.run_after <= now, Outbox.claimed_at <= now - stuck_after),
    }
    if which == "failed":
        told = and_(Outbox.done_at.is_not(None), DEAD)
        query = select(Outbox).where(told if seen is None else told & seen)
        query = query.order_by(Outbox.done_at.desc()).limit(limit)
    else:
        query = _of_every_queue(sorts[which], limit)
    return [
        Todo(row.id, row.kind, row.queue, row.run_after, row.attempts, _in_words(row)) for row in session.scalars(query)
    ]


def _in_words(row: Outbox) -> str:
    """How a row went, for people."""
    return f"gave up {row.result}" if row.outcome == DeadLetter.name else row.result or ""


def oldest_due(session: Session, now: datetime) -> datetime | None:
    """When the oldest row became due that is not done. One statement, which reads one row of each queue."""
    is_due = (Outbox.done_at.is_(None), Outbox.run_after <= now)
    at = func.min(Outbox.run_after, type_=AwareUTC).label("at")
    each = union_all(*(select(at).where(Outbox.queue == queue, *is_due) for queue in QUEUES)).subquery()
    oldest: datetime | None = session.scalar(select(func.min(each.c.at, type_=AwareUTC)))
    return oldest


def _of_every_queue(wanted: ColumnElement[bool], limit: int) -> Select[Outbox]:
    """The first of each queue, found in its part of the index, and the first of those."""
    first = [
        select(
            select(Outbox.id).where(Outbox.queue == queue, wanted).order_by(Outbox.run_after).limit(limit).subquery()
        )
        for queue in QUEUES
    ]
    found = union_all(*first).subquery()
    return select(Outbox).where(Outbox.id.in_(select(found.c.id))).order_by(Outbox.run_after).limit(limit)


STUCK_AFTER = timedelta(minutes=2)
"""No job takes longer: whoever claimed a row before that has died."""
