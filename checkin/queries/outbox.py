"""What is still to be done: due, stuck, set aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from checkin.models.outbox import Outbox

Which = Literal["due", "stuck", "set aside", "later"]


@dataclass(frozen=True)
class Todo:
    """One row, without what it is about: that is nobody's to read here."""

    id: str
    kind: str
    queue: str
    run_after: datetime
    attempts: int
    result: str


def rows(session: Session, which: Which, now: datetime, stuck_after: timedelta, limit: int) -> list[Todo]:
    """Rows of one sort, the oldest first; those that were set aside: the newest first."""
    open_ = Outbox.done_at.is_(None)
    free = and_(open_, Outbox.claimed_at.is_(None))
    sorts = {
        "due": and_(free, Outbox.run_after <= now),
        "later": and_(free, Outbox.run_after > now),
        "stuck": and_(open_, Outbox.claimed_at <= now - stuck_after),
        "set aside": and_(Outbox.done_at.is_not(None), Outbox.result.startswith("set aside")),
    }
    order = Outbox.done_at.desc() if which == "set aside" else Outbox.run_after
    query = select(Outbox).where(sorts[which]).order_by(order).limit(limit)
    return [
        Todo(row.id, row.kind, row.queue, row.run_after, row.attempts, row.result or "")
        for row in session.scalars(query)
    ]
