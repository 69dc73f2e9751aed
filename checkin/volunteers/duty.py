"""On duty and off: what a volunteer says goes before their shifts, for as long as it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from checkin.core.rules.coverage import WantedCover
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.rules import shifts
from checkin.volunteers.rules.shifts import Occurrence
from flows.model.schedules import DAYS


@dataclass(frozen=True)
class DutyStanding:
    """How a volunteer stands now.

    state: on, off (they said so), between shifts, paused (by an organizer, or "call me"). until: when that ends by
    itself; None when only a word ends it, or, between shifts, when none is planned.
    """

    state: Literal["on", "off", "between shifts", "paused"]
    until: datetime | None = None


def go_on(uow: UnitOfWork, volunteer: Volunteer, length: timedelta | None = None) -> DutyStanding:
    """On duty: for the rest of their shift, or outside of one for `length`, at most the line's hours on end.

    Those hours count from when they went on duty or their shift began, unless longer ones were agreed with them: saying
    it again does not begin them anew. Whoever is paused stays so: an organizer speaks with them first.
    """
    volunteer.missed = 0  # they are there
    if volunteer.off_rotation:
        return DutyStanding("paused")
    volunteer.rest_until = None  # who says that they are ready has rested enough
    now_on = on_shift(uow, volunteer)
    if length is None and (volunteer.always or now_on is not None):
        volunteer.on_duty = volunteer.duty_since = volunteer.duty_until = None
        return DutyStanding("on", now_on.end if now_on is not None else None)
    most = uow.policy(volunteer.line).on_end
    since = _on_since(uow, volunteer)
    until = uow.now + min(length or most, most)
    volunteer.on_duty, volunteer.duty_since = True, since
    volunteer.duty_until = until if volunteer.hours_agreed else min(until, since + most)
    return DutyStanding("on", volunteer.duty_until)


def go_off(uow: UnitOfWork, volunteer: Volunteer, length: timedelta | None = None) -> DutyStanding:
    """Off duty: for `length`, or until they say that they are on again, whatever their shifts say."""
    volunteer.on_duty, volunteer.duty_since, volunteer.missed = False, None, 0
    volunteer.duty_until = None if length is None else uow.now + length
    return DutyStanding("off", volunteer.duty_until)


def standing(uow: UnitOfWork, volunteer: Volunteer, schedule: Sequence[Shift] | None = None) -> DutyStanding:
    """How they stand now. schedule: their shifts, when they are known; else they are read."""
    if volunteer.off_rotation:
        return DutyStanding("paused")
    said = volunteer.on_duty if volunteer.duty_until is None or uow.now < volunteer.duty_until else None
    if said is not None:
        return DutyStanding("on" if said else "off", volunteer.duty_until)
    if volunteer.always:
        return DutyStanding("on")
    planned = [
        rows.as_rule(row) for row in (rows.shifts_of(uow.session, volunteer.id) if schedule is None else schedule)
    ]
    now_on = _longest(planned, uow.now)
    if now_on is not None:
        return DutyStanding("on", now_on.end)
    following = shifts.next_times(planned, uow.now, 1)
    return DutyStanding("between shifts", following[0].start if following else None)


def _on_since(uow: UnitOfWork, volunteer: Volunteer) -> datetime:
    """Since when they are on duty; now, if they are not yet."""
    holds = volunteer.on_duty and volunteer.duty_until is not None and uow.now < volunteer.duty_until
    if holds and volunteer.duty_since is not None:
        return volunteer.duty_since
    schedule = [rows.as_rule(row) for row in rows.shifts_of(uow.session, volunteer.id)]
    return shifts.on_since(schedule, uow.now) or uow.now


def on_shift(uow: UnitOfWork, volunteer: Volunteer) -> Occurrence | None:
    """The shift that they are on now; of several the one that ends last."""
    return _longest([rows.as_rule(row) for row in rows.shifts_of(uow.session, volunteer.id)], uow.now)


def next_times(uow: UnitOfWork, volunteer: Volunteer, count: int) -> list[Occurrence]:
    """Their next times on shift, the present one included."""
    schedule = rows.shifts_of(uow.session, volunteer.id)
    return shifts.next_times([rows.as_rule(row) for row in schedule], uow.now, count)


def _longest(planned: Sequence[shifts.ShiftRule], now: datetime) -> Occurrence | None:
    found = (shifts.on_shift(shift, now) for shift in planned)
    return max((span for span in found if span is not None), key=lambda span: span.end, default=None)


def next_shift(uow: UnitOfWork, line: str) -> datetime | None:
    """When the next shift of anybody on this line begins; None when none is planned, or somebody is always there."""
    team = [volunteer.id for volunteer in rows.active(uow.session, line) if not volunteer.off_rotation]
    schedule = [rows.as_rule(row) for theirs in rows.shifts_by_volunteer(uow.session, team).values() for row in theirs]
    begins = (time.start for time in shifts.next_times(schedule, uow.now, len(schedule) + 1) if time.start > uow.now)
    return min(begins, default=None)


def wanted_cover(uow: UnitOfWork, line: str) -> list[WantedCover]:
    """What lines.yaml says."""
    found = []
    for wanted in uow.library.lines[line].cover:
        begins, ends = (time.fromisoformat(part) for part in wanted.between.split("-"))
        found.append(WantedCover(frozenset(DAYS.index(day) for day in wanted.days), begins, ends, wanted.volunteers))
    return found
