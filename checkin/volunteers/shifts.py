"""Shifts: written for a volunteer, changed for single days, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import queries as rows
from checkin.volunteers import shift_occurrences
from checkin.volunteers import shift_queries as turns
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.profile import CHANNELS
from checkin.volunteers.rules import shifts as rules
from checkin.volunteers.rules.shifts import Occurrence

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CODES = dict(zip(WEEKDAYS, ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))


@dataclass(frozen=True)
class Times:
    """When: on `days` of the week (or by `rule`, or only `first`), from `begins` to `ends` on the clock of `time_zone`.

    every: each so many weeks. nth: which of its kind in the month (1 to 4, -1 the last); then `every` counts months.
    ends: earlier than `begins` is past midnight. first: the first day; None is today. time_zone None: the volunteer's.
    channels: empty for all.
    """

    begins: time
    ends: time
    days: Sequence[str] = ()
    first: date | None = None
    every: int = 1
    nth: int | None = None
    rule: str | None = None
    time_zone: str | None = None
    channels: Sequence[str] = ()


def add(uow: UnitOfWork, volunteer: Volunteer, times: Times) -> Shift:
    """A new shift. Raises UserError for one that cannot be, overlaps another of theirs, or is over the line's hours."""
    shift = meant(uow, volunteer, times)
    _check_hours(uow, volunteer, shift)
    return _write(uow, volunteer, shift)


def change(uow: UnitOfWork, volunteer: Volunteer, row: Shift, times: Times) -> None:
    """Other times for a shift of theirs; its days off and extra days stay. Raises UserError like `add`."""
    before, new = rows.as_rule(row), meant(uow, volunteer, times)
    _replace(uow, volunteer, row, replace(new, days_off=before.days_off, extra_days=before.extra_days))


def move(uow: UnitOfWork, volunteer: Volunteer, row: Shift, day: date, to: date, begins: time) -> None:
    """The one time that begins on `day` is on `to` from `begins` on instead; the others stay. Raises UserError."""
    if not is_on(row, day):
        raise UserError("the shift isn't on %(day)s anymore: look at the schedule again", day=day)
    read = rows.as_rule(row)
    alone = replace(read, rule="", starts_on=to, starts_at=begins, days_off=frozenset(), extra_days=frozenset())
    if not read.rule and not read.extra_days:
        _replace(uow, volunteer, row, alone)
        return
    day_off(uow, row, day)
    if begins == read.starts_at and not is_on(row, to):
        extra_day(uow, row, to)
        _check_hours(uow, volunteer, rows.as_rule(row), but=row)
    else:
        _check_hours(uow, volunteer, alone)
        _write(uow, volunteer, alone)


def _replace(uow: UnitOfWork, volunteer: Volunteer, row: Shift, new: rules.ShiftRule) -> None:
    _check_hours(uow, volunteer, new, but=row)
    row.rule, row.starts_on, row.starts_at = new.rule, new.starts_on.isoformat(), f"{new.starts_at:%H:%M}"
    row.minutes, row.time_zone = new.minutes, new.time_zone
    row.channels = [channel for channel in CHANNELS if channel in new.channels]
    shift_occurrences.plan_again(uow, row)


def meant(uow: UnitOfWork, volunteer: Volunteer, times: Times) -> rules.ShiftRule:
    """The shift that these times mean for this volunteer. Raises UserError."""
    name = times.time_zone or volunteer.time_zone
    strange = sorted(set(times.channels) - set(volunteer.channels))
    if strange:
        raise UserError(
            "%(strange)s isn't one of their channels: choose from %(channels)s",
            strange=", ".join(strange),
            channels=", ".join(volunteer.channels),
        )
    first = times.first or uow.now.astimezone(zone(name)).date()
    return rules.ShiftRule(_rule(times), first, times.begins, _minutes(times), name, channels=frozenset(times.channels))


def once(uow: UnitOfWork, volunteer: Volunteer, of: Shift, day: date) -> Shift:
    """One time of somebody else's shift `of`, the one that begins on `day`, as a shift of this volunteer's own.

    Raises UserError like `add`.
    """
    return _write(uow, volunteer, check_once(uow, volunteer, of, day))


def check_once(uow: UnitOfWork, volunteer: Volunteer, of: Shift, day: date) -> rules.ShiftRule:
    """What `once` would write. Raises UserError when it cannot be."""
    read = rows.as_rule(of)
    channels = read.channels & set(volunteer.channels)
    alone = replace(read, rule="", starts_on=day, days_off=frozenset(), extra_days=frozenset(), channels=channels)
    _check_hours(uow, volunteer, alone)
    return alone


def _write(uow: UnitOfWork, volunteer: Volunteer, shift: rules.ShiftRule) -> Shift:
    row = Shift(
        id=uow.new_id(),
        line=volunteer.line,
        volunteer_id=volunteer.id,
        rule=shift.rule,
        starts_on=shift.starts_on.isoformat(),
        starts_at=f"{shift.starts_at:%H:%M}",
        minutes=shift.minutes,
        time_zone=shift.time_zone,
        days_off=[],
        extra_days=[],
        channels=[channel for channel in CHANNELS if channel in shift.channels],
        created_at=uow.now,
    )
    uow.session.add(row)
    shift_occurrences.plan_again(uow, row)
    return row


def remove(uow: UnitOfWork, shift: Shift) -> None:
    """Remove a shift, with all its days."""
    turns.forget(uow.session, shift.id)
    uow.session.delete(shift)


def day_off(uow: UnitOfWork, shift: Shift, day: date) -> None:
    """This one day falls out. Raises UserError when the shift is not on that day anyway."""
    if day.isoformat() in shift.extra_days:
        shift.extra_days = [kept for kept in shift.extra_days if kept != day.isoformat()]
    elif is_on(shift, day):
        shift.days_off = sorted({*shift.days_off, day.isoformat()})
    else:
        raise UserError("the shift isn't on %(day)s", code="no_such_day", day=day)
    shift_occurrences.plan_again(uow, shift)


def extra_day(uow: UnitOfWork, shift: Shift, day: date) -> None:
    """This one day comes in addition, at the same time of day. Raises UserError when it is there already."""
    if day.isoformat() in shift.days_off:
        shift.days_off = [kept for kept in shift.days_off if kept != day.isoformat()]
    elif is_on(shift, day):
        raise UserError("the shift is already on %(day)s", day=day)
    else:
        shift.extra_days = sorted({*shift.extra_days, day.isoformat()})
    shift_occurrences.plan_again(uow, shift)


def is_on(shift: Shift, day: date) -> bool:
    """Whether the shift begins on this day, on its own clock."""
    where = zone(shift.time_zone)
    midnight = datetime.combine(day, time(), where)
    coming = rules.next_times([rows.as_rule(shift)], midnight, 2)
    return any(span.start.astimezone(where).date() == day for span in coming)


def _minutes(times: Times) -> int:
    day = date(2001, 1, 1)
    length = datetime.combine(day, times.ends) - datetime.combine(day, times.begins)
    return int((length % timedelta(days=1)).total_seconds() // 60) or 24 * 60


def _rule(times: Times) -> str:
    if times.rule is not None:
        return times.rule
    if not times.days:
        return ""
    strange = [day for day in times.days if day not in _CODES]
    if strange:
        raise UserError(
            "%(strange)s isn't a day of the week: use mon,tue,wed,thu,fri,sat,sun", strange=", ".join(strange)
        )
    codes = [_CODES[day] for day in WEEKDAYS if day in times.days]
    if times.nth is None:
        return f"FREQ=WEEKLY;INTERVAL={times.every};BYDAY={','.join(codes)}"
    if times.nth not in (1, 2, 3, 4, -1):
        raise UserError("the %(nth)sth of a month: use 1, 2, 3, 4, or -1 for the last", nth=times.nth)
    return f"FREQ=MONTHLY;INTERVAL={times.every};BYDAY={','.join(f'{times.nth}{code}' for code in codes)}"


def _check_hours(uow: UnitOfWork, volunteer: Volunteer, new: rules.ShiftRule, but: Shift | None = None) -> None:
    """Neither over each other, nor longer on end or in any week of the next two months than the line allows.

    but: the shift in whose place `new` comes.
    """
    others = [rows.as_rule(row) for row in rows.shifts_of(uow.session, volunteer.id) if row is not but]
    ahead = uow.now + timedelta(weeks=9)
    times = [span for span in rules.next_times([*others, new], uow.now, 400) if span.start < ahead]
    for sooner, later in zip(times, times[1:], strict=False):
        if later.start < sooner.end:
            at = later.start.astimezone(zone(new.time_zone))
            raise UserError("they're already on shift on %(at)s: choose another time", at=at)
    if volunteer.hours_agreed:
        return
    policy = uow.policy(volunteer.line)
    if _longest_on_end(times) > policy.on_end:
        raise UserError(
            "a shift lasts at most %(hours)s hours in a row, unless they agreed to longer hours",
            code="long_hours",
            hours=_hours(policy.on_end),
        )
    if _most_in_a_week(times) > policy.weekly:
        raise UserError(
            "that's more than %(hours)s hours in a week, unless they agreed to longer hours",
            code="long_hours",
            hours=_hours(policy.weekly),
        )


def _longest_on_end(times: list[Occurrence]) -> timedelta:
    """The longest time on shift without a break; shifts that adjoin count as one."""
    longest, begun, ended = timedelta(), None, None
    for span in times:
        begun = span.start if begun is None or span.start != ended else begun
        longest, ended = max(longest, span.end - begun), span.end
    return longest


def _most_in_a_week(times: list[Occurrence]) -> timedelta:
    """The most time on shift within any seven days that begin with a shift."""
    most = timedelta()
    for first in times:
        week = [span.end - span.start for span in times if first.start <= span.start < first.start + timedelta(days=7)]
        most = max(most, sum(week, timedelta()))
    return most


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:g}"
