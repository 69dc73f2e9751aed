"""What organisers change in the rota, each change written down with who, before and after."""

from __future__ import annotations

from datetime import date, time

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.unit_of_work import Work
from checkin.volunteers import shifts
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.shifts import Times


def add(work: Work, volunteer: Volunteer, times: Times, by: str) -> Shift:
    """A new shift. Raises UserError."""
    row = shifts.add(work, volunteer, times)
    audit.write(work, by, AuditAction.ADDED_SHIFT, row.id, after=_said(row))
    return row


def change(work: Work, row: Shift, times: Times, by: str) -> None:
    """Other times for all of it. Raises UserError."""
    before = _said(row)
    shifts.change(work, _whose(work, row), row, times)
    audit.write(work, by, AuditAction.CHANGED_SHIFT, row.id, before, _said(row))


def move(work: Work, row: Shift, day: date, to: date, begins: time, by: str) -> None:
    """One time of it is on another day, or at another hour. Raises UserError."""
    before = f"{day} {row.starts_at}"
    shifts.move(work, _whose(work, row), row, day, to, begins)
    audit.write(work, by, AuditAction.MOVED_SHIFT, row.id, before, f"{to} {begins:%H:%M}")


def remove(work: Work, row: Shift, by: str) -> None:
    """All of it goes."""
    audit.write(work, by, AuditAction.REMOVED_SHIFT, row.id, before=_said(row))
    shifts.remove(work, row)


def day_off(work: Work, row: Shift, day: date, by: str) -> None:
    """It falls out on this day. Raises UserError."""
    shifts.day_off(work, row, day)
    audit.write(work, by, AuditAction.GAVE_DAY_OFF, row.id, after=day.isoformat())


def extra_day(work: Work, row: Shift, day: date, by: str) -> None:
    """It takes place on this day, too. Raises UserError."""
    shifts.extra_day(work, row, day)
    audit.write(work, by, AuditAction.ADDED_EXTRA_DAY, row.id, after=day.isoformat())


def _whose(work: Work, row: Shift) -> Volunteer:
    return work.session.get_one(Volunteer, row.volunteer_id)


def _said(row: Shift) -> str:
    return f"{row.rule or 'once'} from {row.starts_on}, {row.starts_at}, {row.minutes} minutes, {row.time_zone}"
