"""Lets texts leave a line's number no faster than it sends: live ones at once, those that can wait in their turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import case, select, update

from checkin.core.statements import insert_new, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import SendRate
from checkin.messages.rules import pacing

GUESSED = 2
"""Segments that a follow-up takes before it is written; what it takes more is added then."""


def place(uow: UnitOfWork, line: str, kept: datetime | None) -> datetime | None:
    """When a text that can wait may leave, if not now: its place among what leaves the line's number. None: now.

    kept: the place that it was given before; whoever comes back at that time goes. Aware UTC.
    """
    rate = uow.policy(line).per_second
    if rate is None or (kept is not None and kept <= uow.now):
        return None
    busy = _spend(uow, line, GUESSED, rate)
    at = pacing.as_moment(busy - int(GUESSED / rate * 1000))
    return None if at - uow.now <= pacing.SOON else at


def free_at(uow: UnitOfWork, line: str) -> datetime | None:
    """When the line's number is free for what takes no place, but waits until nothing else does. None: now."""
    if uow.policy(line).per_second is None:
        return None
    busy = uow.session.scalar(select(SendRate.busy_until).where(SendRate.line == line))
    if busy is None or pacing.as_moment(busy) - uow.now <= pacing.SOON:
        return None
    return pacing.as_moment(busy)


def spent(uow: UnitOfWork, line: str, segments: int) -> None:
    """A text leaves now: whatever can wait comes after it."""
    rate = uow.policy(line).per_second
    if rate is not None and segments > 0:
        _spend(uow, line, segments, rate)


def back_off(uow: UnitOfWork, line: str) -> None:
    """The network says that the number is too busy: what can wait leaves it alone for a while."""
    rate = uow.policy(line).per_second
    if rate is not None:
        _spend(uow, line, int(pacing.BACK_OFF.total_seconds() * rate), rate)


def _spend(uow: UnitOfWork, line: str, segments: int, rate: float) -> int:
    """Take the number's next free time for so many segments; answers up to when it is busy then."""
    now, cost = pacing.as_number(uow.now), max(1, int(segments / rate * 1000))
    free = case((SendRate.busy_until > now, SendRate.busy_until), else_=now)
    taking = update(SendRate).where(SendRate.line == line).values(busy_until=free + cost).returning(SendRate.busy_until)
    busy = returned(uow.session, taking).scalar()
    if busy is None:
        insert_new(uow.session, SendRate, [{"line": line, "busy_until": now}])
        busy = returned(uow.session, taking).scalar()
    return int(busy or now + cost)
