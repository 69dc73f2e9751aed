"""Times on shift that come soon, one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from checkin.core.statements import changed
from checkin.outbox.models import Outbox
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer

HELD = ("planned", "confirmed")
"""States in which the volunteer of the shift is expected to come."""


@dataclass(frozen=True)
class PlannedShift:
    """One time on shift, with the shift that it is of and its volunteer."""

    row: ShiftOccurrence
    shift: Shift
    volunteer: Volunteer


def of_id(session: Session, turn_id: str) -> PlannedShift | None:
    """The turn with this id."""
    return _one(session, ShiftOccurrence.id == turn_id)


def of_gap(session: Session, line: str, gap: int) -> PlannedShift | None:
    """The turn that others take with this number."""
    return _one(session, ShiftOccurrence.line == line, ShiftOccurrence.gap == gap)


def of_start(session: Session, shift_id: str, starts_at: datetime) -> PlannedShift | None:
    """The turn of this shift that begins then."""
    return _one(session, ShiftOccurrence.shift_id == shift_id, ShiftOccurrence.starts_at == starts_at)


def of_volunteer(session: Session, volunteer_id: str, now: datetime) -> list[ShiftOccurrence]:
    """The turns of this volunteer's own shifts that are not over, the soonest first."""
    mine = select(ShiftOccurrence).where(ShiftOccurrence.volunteer_id == volunteer_id, ShiftOccurrence.ends_at > now)
    return list(session.scalars(mine.order_by(ShiftOccurrence.starts_at, ShiftOccurrence.id)))


def open_gaps(session: Session, line: str, now: datetime) -> list[ShiftOccurrence]:
    """The gaps of the line that nobody has taken and that are not over, the soonest first."""
    gaps = select(ShiftOccurrence).where(
        ShiftOccurrence.line == line, ShiftOccurrence.state == "gap", ShiftOccurrence.ends_at > now
    )
    return list(session.scalars(gaps.order_by(ShiftOccurrence.starts_at, ShiftOccurrence.id)))


def asked_about(session: Session, volunteer_id: str, now: datetime) -> list[PlannedShift]:
    """The turns that this volunteer was reminded of and that are not over, the soonest first."""
    return _all(
        session,
        ShiftOccurrence.volunteer_id == volunteer_id,
        ShiftOccurrence.ends_at > now,
        or_(ShiftOccurrence.day_reminded_at.is_not(None), ShiftOccurrence.hour_reminded_at.is_not(None)),
    )


def schedule(session: Session) -> list[Shift]:
    """The shifts of everyone who may be asked, on all lines."""
    return list(
        session.scalars(
            select(Shift).join(Volunteer, Volunteer.id == Shift.volunteer_id).where(Volunteer.state == "active")
        )
    )


def coming(session: Session, shift_id: str, now: datetime) -> list[ShiftOccurrence]:
    """The turns of one shift that begin after now."""
    statement = select(ShiftOccurrence).where(ShiftOccurrence.shift_id == shift_id, ShiftOccurrence.starts_at > now)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def change(session: Session, turn_id: str, only_from: Sequence[str], **values: object) -> bool:
    """Change a turn if it is in one of these states. False: somebody else was first."""
    mine = update(ShiftOccurrence).where(ShiftOccurrence.id == turn_id, ShiftOccurrence.state.in_(only_from))
    return bool(changed(session, mine.values(**values)))


def mark(session: Session, turn_id: str, column: str, now: datetime) -> bool:
    """Write `now` in this column if nothing stands there. False: it was done before."""
    empty: ColumnElement[bool] = getattr(ShiftOccurrence, column).is_(None)
    return bool(
        changed(session, update(ShiftOccurrence).where(ShiftOccurrence.id == turn_id, empty).values({column: now}))
    )


def next_gap(line: str) -> ColumnElement[int]:
    """The next number for a gap of this line, as part of a statement."""
    highest = select(func.coalesce(func.max(ShiftOccurrence.gap), 0) + 1).where(ShiftOccurrence.line == line)
    return highest.scalar_subquery()


def forget(session: Session, *shift_ids: str) -> None:
    """Delete every turn of these shifts."""
    session.execute(delete(ShiftOccurrence).where(ShiftOccurrence.shift_id.in_(shift_ids)))


def is_pending(session: Session, unique_key: str) -> bool:
    """Whether a thing to do with this key waits to be done."""
    return bool(session.scalar(select(exists().where(Outbox.unique_key == unique_key, Outbox.done_at.is_(None)))))


def _one(session: Session, *where: ColumnElement[bool]) -> PlannedShift | None:
    return next(iter(_all(session, *where)), None)


def _all(session: Session, *where: ColumnElement[bool]) -> list[PlannedShift]:
    found = session.execute(
        select(ShiftOccurrence, Shift, Volunteer)
        .join(Shift, Shift.id == ShiftOccurrence.shift_id)
        .join(Volunteer, Volunteer.id == ShiftOccurrence.volunteer_id)
        .where(*where)
        .order_by(ShiftOccurrence.starts_at, ShiftOccurrence.id)
        .execution_options(populate_existing=True)
    )
    return [PlannedShift(*row) for row in found]
