"""Counting what is tried, so that guessing is slow. Two who count at once are both counted."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, delete, select

from checkin.core.rate_limit_models import Tally
from checkin.core.statements import changed, insert
from checkin.core.unit_of_work import Work

DAY = timedelta(days=1)
LONG = timedelta(days=30)
"""For what is counted to be seen by people."""


def count(work: Work, kind: str, value: str, within: timedelta) -> int:
    """One more of these; answers how many it has been since the first one, which is forgotten after `within`."""
    fresh = Tally.until <= work.now
    row = insert(work.session, Tally).values(
        key=work.vault.blind_index(kind, value), count=1, since=work.now, until=work.now + within
    )
    kept = {
        "count": case((fresh, 1), else_=Tally.count + 1),
        "since": case((fresh, row.excluded.since), else_=Tally.since),
        "until": case((fresh, row.excluded.until), else_=Tally.until),
    }
    counted = row.on_conflict_do_update(index_elements=["key"], set_=kept).returning(Tally.count)
    return int(work.session.scalar(counted) or 0)


def so_far(work: Work, *counted: tuple[str, str]) -> tuple[int, ...]:
    """How many it has been of each (kind, value)."""
    keys = [work.vault.blind_index(kind, value) for kind, value in counted]
    found = select(Tally.key, Tally.count).where(Tally.key.in_(keys), Tally.until > work.now)
    counts = dict(work.session.execute(found).all())
    return tuple(counts.get(key, 0) for key in keys)


def clear(work: Work, kind: str, value: str) -> None:
    """Begin anew."""
    changed(work.session, delete(Tally).where(Tally.key.in_(work.vault.blind_indexes(kind, value))))
