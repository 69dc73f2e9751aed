"""What organizers change in the schedule, each change written down with who, before and after."""

from __future__ import annotations

from datetime import date, time

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import shifts
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.shifts import Times


def add(uow: UnitOfWork, volunteer: Volunteer, times: Times, by: str) -> Shift:
    """A new shift. Raises UserError."""
    row = shifts.add(uow, volunteer, times)
    audit.write(uow, by, AuditAction.ADDED_SHIFT, row.id, after=_said(row))
    return row


def change(uow: UnitOfWork, row: Shift, times: Times, by: str) -> None:
    """Other times for all of it. Raises UserError."""
    before = _said(row)
    shifts.change(uow, _whose(uow, row), row, times)
    audit.write(uow, by, AuditAction.CHANGED_SHIFT, row.id, before, _said(row))


def move(uow: UnitOfWork, row: Shift, day: date, to: date, begins: time, by: str) -> None:
    """One time of it is on another day, or at another hour. Raises UserError."""
    before = f"{day} {row.starts_at}"
    shifts.move(uow, _whose(uow, row), row, day, to, begins)
    audit.write(uow, by, AuditAction.MOVED_SHIFT, row.id, before, f"{to} {begins:%H:%M}")


def remove(uow: UnitOfWork, row: Shift, by: str) -> None:
    """All of it goes."""
    audit.write(uow, by, AuditAction.REMOVED_SHIFT, row.id, before=_said(row))
    shifts.remove(uow, row)


def day_off(uow: UnitOfWork, row: Shift, day: date, by: str) -> None:
    """It falls out on this day. Raises UserError."""
    shifts.day_off(uow, row, day)
    audit.write(uow, by, AuditAction.GAVE_DAY_OFF, row.id, after=day.isoformat())


def extra_day(uow: UnitOfWork, row: Shift, day: date, by: str) -> None:
    """It takes place on this day, too. Raises UserError."""
    shifts.extra_day(uow, row, day)
    audit.write(uow, by, AuditAction.ADDED_EXTRA_DAY, row.id, after=day.isoformat())


def _whose(uow: UnitOfWork, row: Shift) -> Volunteer:
    return uow.session.get_one(Volunteer, row.volunteer_id)


def _said(row: Shift) -> str:
    return f"{row.rule or 'once'} from {row.starts_on}, {row.starts_at}, {row.minutes} minutes, {row.time_zone}"
