"""When volunteers are on shift: rules of recurrence in wall-clock time, days off, and extra days.

A shift keeps its wall-clock times when the clocks change, at both ends. A start that the change skips moves to after
it, one that comes twice is the first (RFC 5545, section 3.3.5), and an end that comes twice is the first, too. A
shift that the change would swallow whole keeps its length instead.
"""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from checkin.core.errors import UserError
from checkin.core.rules.zones import zone

_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_MOMENT = timedelta(microseconds=1)
_SIMPLE = frozenset({"FREQ", "INTERVAL", "BYDAY", "COUNT", "UNTIL", "WKST"})
_OF_MONTHS = _SIMPLE | {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}
_PARTS = {"DAILY": _SIMPLE, "WEEKLY": _SIMPLE, "MONTHLY": _OF_MONTHS, "YEARLY": _OF_MONTHS}
_AHEAD_MONTHS = 14

DAY = timedelta(days=1)

HOUR = timedelta(hours=1)

CLOSE = timedelta(hours=2)
"""A shift that begins within this is only reminded of by the second reminder."""

EARLIEST, LATEST = time(9), time(20)
"""The first reminder can wait, so it comes by day. The second cannot: whoever has a shift at three is up by then."""

PATIENCE = timedelta(minutes=30)
"""How long others may think about taking a shift before the leads hear of it, when there is time."""

USUAL = (DAY, HOUR)


@dataclass(frozen=True)
class ShiftRule:
    """One volunteer's shift. `rule` is an RFC 5545 RRULE of whole days, empty for `starts_on` alone."""

    rule: str
    starts_on: date
    starts_at: time
    minutes: int
    time_zone: str
    days_off: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()
    channels: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        zone(self.time_zone)
        if not 15 <= self.minutes <= 24 * 60:
            raise UserError("a shift of %(minutes)s minutes: choose from 15 minutes to 24 hours", minutes=self.minutes)
        _check(self.rule, self.starts_on)


@dataclass(frozen=True, order=True)
class Occurrence:
    """One time on shift, aware UTC, from `start` up to `end`."""

    start: datetime
    end: datetime


def read(
    rule: str,
    starts_on: str,
    starts_at: str,
    minutes: int,
    time_zone: str,
    days_off: Iterable[str] = (),
    extra_days: Iterable[str] = (),
    channels: Iterable[str] = (),
) -> ShiftRule:
    """The shift that stored words mean (YYYY-MM-DD, HH:MM). Raises UserError or UserError."""
    try:
        at = time.fromisoformat(starts_at)
        first, off, extra = (
            [date.fromisoformat(day) for day in days] for days in ([starts_on], list(days_off), list(extra_days))
        )
    except ValueError as error:
        raise UserError("that isn't a day or a time: enter days like 2026-11-30 and times like 18:00") from error
    return ShiftRule(rule, first[0], at, minutes, time_zone, frozenset(off), frozenset(extra), frozenset(channels))


def on_shift(shift: ShiftRule, now: datetime) -> Occurrence | None:
    """The occurrence that `now` lies in; None off shift. With two that overlap, the one that began first."""
    where = zone(shift.time_zone)
    today = now.astimezone(where).date()
    for day in (today - _DAY, today):
        if day in _days_of(shift, day.replace(day=1)):
            found = _occurrence(shift, day, where)
            if found.start <= now < found.end:
                return found
    return None


def on_since(schedule: Sequence[ShiftRule], now: datetime) -> datetime | None:
    """Since when somebody with these shifts is on without a break; None off shift. Shifts that adjoin count as one."""
    since = min((span.start for span in _present(schedule, now)), default=None)
    while since is not None:
        before = min((span.start for span in _present(schedule, since - _MOMENT)), default=since)
        if before == since or now - since > _WEEK:
            return since
        since = before
    return None


def _present(schedule: Sequence[ShiftRule], now: datetime) -> Iterator[Occurrence]:
    return (found for shift in schedule if (found := on_shift(shift, now)) is not None)


def next_times(shifts: Iterable[ShiftRule], now: datetime, count: int = 5) -> list[Occurrence]:
    """The next `count` occurrences of these shifts that have not ended, in order; fewer when they end before."""
    return list(islice(heapq.merge(*(_from(shift, now) for shift in shifts)), count))


def _from(shift: ShiftRule, now: datetime) -> Iterator[Occurrence]:
    """The occurrences of one shift that end after `now`, in order, some fourteen months ahead."""
    where = zone(shift.time_zone)
    first = now.astimezone(where).date() - _DAY
    month = first.replace(day=1)
    for _ in range(_AHEAD_MONTHS):
        for day in _days_of(shift, month):
            found = _occurrence(shift, day, where)
            if day >= first and found.end > now:
                yield found
        month = (month + 31 * _DAY).replace(day=1)


def _days_of(shift: ShiftRule, month: date) -> list[date]:
    """The days of this month on which the shift begins, in order."""
    extra = {day for day in shift.extra_days if day.replace(day=1) == month}
    return sorted((_ruled(shift.rule, shift.starts_on, month) | extra) - shift.days_off)


def _occurrence(shift: ShiftRule, day: date, where: ZoneInfo) -> Occurrence:
    starts = datetime.combine(day, shift.starts_at, where)
    length = timedelta(minutes=shift.minutes)
    # Adding to a time of one zone moves its wall clock: a night shift ends at six on the night of the change, too.
    start, end = starts.astimezone(UTC), (starts + length).astimezone(UTC)
    return Occurrence(start, end if end > start else start + length)


@lru_cache(maxsize=4096)
def _ruled(rule: str, starts_on: date, month: date) -> frozenset[date]:
    """The days of one month that the rule names; remembered, because every matching asks for the same few months."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    if not rule:
        return frozenset({starts_on} if month <= starts_on <= last else ())
    until = "" if {"COUNT", "UNTIL"} & _parts(rule).keys() else f";UNTIL={last:%Y%m%d}"
    begin = _midnight(_nearer(rule, starts_on, month))
    found = rrulestr(rule + until, dtstart=begin).between(_midnight(month), _midnight(last), inc=True)
    return frozenset(moment.date() for moment in found)


def _nearer(rule: str, starts_on: date, month: date) -> date:
    """A later first day with the same days from `month` on, so that years of weeks need not be counted again."""
    parts = _parts(rule)
    step = int(parts.get("INTERVAL", "1")) * {"DAILY": 1, "WEEKLY": 7}.get(parts["FREQ"], 0)
    if not step or "COUNT" in parts or month <= starts_on:
        return starts_on
    return starts_on + (month - starts_on).days // step * step * _DAY


def _parts(rule: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in rule.upper().removeprefix("RRULE:").split(";"))


def _check(rule: str, starts_on: date) -> None:
    """Raises UserError for a rule that is not one of whole days, or that names none."""
    if not rule:
        return
    try:
        parts = _parts(rule)
        if parts.keys() - _PARTS[parts["FREQ"]] or int(parts.get("INTERVAL", "1")) < 1:
            raise ValueError
        named = next(iter(rrulestr(rule, dtstart=_midnight(starts_on))), None)
    except (ValueError, KeyError) as error:
        raise UserError(
            "%(rule)s isn't a rule for days: use one like FREQ=WEEKLY;BYDAY=MO,WE", rule=repr(rule)
        ) from error
    if named is None:
        raise UserError(
            "%(rule)s doesn't match any day: does it end before its first day, %(starts_on)s?",
            rule=repr(rule),
            starts_on=starts_on,
        )


def _midnight(day: date) -> datetime:
    """Naive on purpose: rules count days, and zones come in only when a day becomes a stretch of time."""
    return datetime.combine(day, time())


def lengths(ahead: Sequence[timedelta]) -> tuple[timedelta | None, timedelta | None]:
    """(days, hours) before a shift of the two reminders; None for one that is not wanted."""
    days = max((length for length in ahead if length >= DAY), default=None)
    return days, max((length for length in ahead if length <= CLOSE), default=None)


def day_before(start: datetime, where: ZoneInfo, ahead: timedelta = DAY) -> datetime:
    """When the first reminder of a shift at `start` is sent: the day before, by day on the clock of `where`."""
    there = start.astimezone(where) - ahead
    at_day = min(max(there.time(), EARLIEST), LATEST)
    return datetime.combine(there.date(), at_day, where).astimezone(UTC)


def hour_before(start: datetime, ahead: timedelta = HOUR) -> datetime:
    """When the second reminder is sent."""
    return start - ahead


def tell_leads_at(start: datetime, now: datetime, anyone_asked: bool) -> datetime:
    """When the leads are told of a shift that is open since `now`: not before its last day.

    Within that day those who were asked have half an hour, or half the time that is left, whichever is less.
    """
    patience = min(PATIENCE, max(start - now, timedelta()) / 2) if anyone_asked else timedelta()
    return max(start - DAY, now + patience)
