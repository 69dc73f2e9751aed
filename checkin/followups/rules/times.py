"""When a promised text goes out: as promised, or moved into the hours in which it is welcome. Never dropped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from checkin.core.errors import UserError
from checkin.core.rules.quiet_hours import Window, may_send, openings
from checkin.core.rules.zones import fraction, latest, zone
from checkin.core.translatable import Translatable

SPREAD = timedelta(hours=1)
# Looked ahead in days, nearer first: nearly every promise is kept within a day, a line may be closed for weeks.
_AHEAD = (2, 9, 40)


class NoSafeHour(UserError):
    """No hour is inside the window in every zone: ask the contact for their time zone."""


def when(planned: datetime, window: Window, zones: Sequence[str], now: datetime, seed: str) -> datetime:
    """When to send what was promised for `planned`: then, if it is allowed, else early in the next opening.

    Never before `now` or `planned`. Moved ones are spread over the first hour (at most half) of the opening, each by
    its `seed` (its id, say), so that a night's worth does not go out in one minute. Aware UTC in and out.
    Raises NoSafeHour when the window is never open in all of `zones` at once, or closed for forty days.
    """
    target = max(planned, now)
    if may_send(target, window, zones).open:
        return target
    for days in _AHEAD:
        for opening in openings(window, zones, target, days):
            room = min(SPREAD, (opening.end - opening.start) / 2)
            moved = opening.start + timedelta(seconds=int(room.total_seconds() * fraction(seed)))
            if may_send(moved, window, zones).open:
                return moved
    raise NoSafeHour(
        "no hour is within %(window)s in all of %(zones)s: ask for the time zone",
        window=window,
        zones=", ".join(zones) or Translatable("no zone"),
    )


def same_day(moment: datetime, other: datetime, zones: Sequence[str]) -> bool:
    """Whether both fall on one date in any of `zones`: then the second follow-up waits for the next day."""
    return any(moment.astimezone(zone(name)).date() == other.astimezone(zone(name)).date() for name in zones)


def pace(every: timedelta, unanswered: int, slower_after: int = 2, times: int = 2) -> timedelta:
    """How long until the next of a series, when the last `unanswered` were met with silence.

    `times` as long from `slower_after` on; an answer of any kind sets `unanswered` to zero.
    """
    return every * times if unanswered >= slower_after else every


def promised(begun: datetime, after: timedelta, where: str) -> datetime:
    """`after` the beginning, aware UTC. Whole days are days of the calendar: ten in the morning stays ten there."""
    if after % timedelta(days=1):
        return begun.astimezone(UTC) + after
    there = begun.astimezone(zone(where))
    day = (there + after).date()
    return latest(day, there.time(), zone(where))


def next_promise(last: datetime, every: timedelta, now: datetime, where: str) -> datetime:
    """The next of a series after the one of `last`. Those that a dead clock slept through are let go, not made up."""
    found = promised(last, every, where)
    if found <= now:
        missed = (now - found) // every + 1
        found = promised(found, every * missed, where)
    return found
