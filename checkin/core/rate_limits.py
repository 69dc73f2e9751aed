"""Counting what is tried, so that guessing is slow. Two who count at once are both counted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, delete, select

from checkin.core.rate_limit_models import RateLimit
from checkin.core.statements import changed, insert
from checkin.core.unit_of_work import UnitOfWork

DAY = timedelta(days=1)
LONG = timedelta(days=30)
"""For what is counted to be seen by people."""


def count(uow: UnitOfWork, kind: str, value: str, within: timedelta) -> int:
    """One more of these; answers how many it has been since the first one, which is forgotten after `within`."""
    fresh = RateLimit.until <= uow.now
    row = insert(uow.session, RateLimit).values(
        key=uow.vault.blind_index(kind, value), count=1, since=uow.now, until=uow.now + within
    )
    kept = {
        "count": case((fresh, 1), else_=RateLimit.count + 1),
        "since": case((fresh, row.excluded.since), else_=RateLimit.since),
        "until": case((fresh, row.excluded.until), else_=RateLimit.until),
    }
    counted = row.on_conflict_do_update(index_elements=["key"], set_=kept).returning(RateLimit.count)
    return int(uow.session.scalar(counted) or 0)


def so_far(uow: UnitOfWork, *counted: tuple[str, str]) -> tuple[int, ...]:
    """How many it has been of each (kind, value)."""
    keys = [uow.vault.blind_index(kind, value) for kind, value in counted]
    found = select(RateLimit.key, RateLimit.count).where(RateLimit.key.in_(keys), RateLimit.until > uow.now)
    counts = dict(uow.session.execute(found).all())
    return tuple(counts.get(key, 0) for key in keys)


def clear(uow: UnitOfWork, kind: str, value: str) -> None:
    """Begin anew."""
    changed(uow.session, delete(RateLimit).where(RateLimit.key.in_(uow.vault.blind_indexes(kind, value))))
