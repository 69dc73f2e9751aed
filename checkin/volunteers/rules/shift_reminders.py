"""When volunteers are reminded of a shift, and when the leads learn that nobody takes one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

CLOSE = timedelta(hours=2)
"""A shift that begins within this is only reminded of by the second reminder."""

EARLIEST, LATEST = time(9), time(20)
"""The first reminder can wait, so it comes by day. The second cannot: whoever has a shift at three is up by then."""

PATIENCE = timedelta(minutes=30)
"""How long others may think about taking a shift before the leads hear of it, when there is time."""


USUAL = (DAY, HOUR)


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
