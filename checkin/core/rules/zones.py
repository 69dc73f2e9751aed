"""Time zones by name, and chance that is an argument."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from checkin.core.errors import UserError


def zone(name: str) -> ZoneInfo:
    """The zone called `name` (America/New_York). Raises UserError, which says what to write."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(
            "there's no time zone called %(name)s: use one like America/New_York", name=repr(name)
        ) from error


def from_to(start: datetime, end: datetime, where: ZoneInfo, dash: str = "-") -> str:
    """18:00-21:00 on the clock of `where`; 01:00 EST-03:00 EDT where the clocks change meanwhile, so that it is one
    hour and does not look like two."""
    first, last = start.astimezone(where), end.astimezone(where)
    if first.utcoffset() == last.utcoffset():
        return f"{first:%H:%M}{dash}{last:%H:%M}"
    return f"{first:%H:%M %Z}{dash}{last:%H:%M %Z}"


def latest(day: date, at: time, where: ZoneInfo) -> datetime:
    """The later of the instants that this wall-clock time can mean: after a gap, or the second of two. Aware UTC."""
    return max(_both(day, at, where))


def earliest(day: date, at: time, where: ZoneInfo) -> datetime:
    """The earlier of the instants that this wall-clock time can mean: before a gap, or the first of two. Aware UTC."""
    return min(_both(day, at, where))


def fraction(seed: str) -> float:
    """A number from 0 up to 1 that depends on nothing but `seed`, spread evenly over seeds."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6]) / 2**48


def _both(day: date, at: time, where: ZoneInfo) -> tuple[datetime, datetime]:
    first = datetime.combine(day, at, where).replace(fold=0)
    return first.astimezone(UTC), first.replace(fold=1).astimezone(UTC)
