"""When we may write to somebody unasked: their window, in every zone that they could be in.

The default window (10:00 to 18:00) is narrower than the 8:00 to 21:00 of 47 CFR 64.1200(c)(1) and inside the
stricter hours of every US state. Answers to what somebody just sent need no window.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from checkin.core.errors import UserError
from checkin.core.rules.zones import earliest, latest, zone
from checkin.core.translatable import Translatable

_DAY = timedelta(days=1)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-\u2013]\s*(\d{1,2}):(\d{2})")
SHORTEST = timedelta(hours=2)


class BadWindow(UserError):
    """A window that cannot be used; the text says what to write."""


@dataclass(frozen=True)
class Window:
    """Wall-clock hours from `opens` up to, not including, `closes`; past midnight when it closes before it opens.

    days: weekdays (Monday is 0) on which it opens. closed: dates on which it does not, holidays: those (month, day)
    on which it never does. Raises BadWindow when it is
    shorter than two hours, so that a change to summer time never swallows it.
    """

    opens: time
    closes: time
    days: frozenset[int] = frozenset(range(7))
    closed: frozenset[date] = frozenset()
    holidays: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        if self.opens == self.closes or self.length < SHORTEST:
            raise BadWindow("the window %(window)s is shorter than two hours: use one like 10:00-18:00", window=self)
        if not self.days or not self.days <= frozenset(range(7)):
            raise BadWindow(
                "the window %(window)s isn't open on any day: give weekdays from 0 (Monday) to 6 (Sunday)", window=self
            )

    @classmethod
    def read(cls, words: str, days: Iterable[int] = range(7), closed: Iterable[date] = ()) -> Window:
        """The window that "10:00-18:00" means. Raises BadWindow."""
        found = _SPAN.fullmatch(words.strip())
        try:
            if found is None:
                raise ValueError
            hours = [int(part) for part in found.groups()]
            return cls(time(hours[0], hours[1]), time(hours[2] % 24, hours[3]), frozenset(days), frozenset(closed))
        except BadWindow:
            raise
        except ValueError as error:
            raise BadWindow("%(words)s isn't a range of hours: use one like 10:00-18:00", words=repr(words)) from error

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}-{self.closes:%H:%M}"

    @property
    def length(self) -> timedelta:
        """How long it is open, on a day without a change of the clocks."""
        day = date(2001, 1, 1)
        return (datetime.combine(day, self.closes) - datetime.combine(day, self.opens)) % _DAY

    def holds(self, wall: datetime) -> bool:
        """Whether it is open at this wall-clock time."""
        now, day = wall.time(), wall.date()
        if self.opens < self.closes:
            return self.opens <= now < self.closes and self._opens_on(day)
        if now >= self.opens:
            return self._opens_on(day)
        return now < self.closes and self._opens_on(day - _DAY)

    def _opens_on(self, day: date) -> bool:
        if day in self.closed or (day.month, day.day) in self.holidays:
            return False
        return day.weekday() in self.days


@dataclass(frozen=True)
class Gate:
    """Whether something may be sent now, and if not, why (nothing personal)."""

    open: bool
    reason: str = ""


@dataclass(frozen=True)
class Opening:
    """A stretch of time, aware UTC, from `start` up to `end`."""

    start: datetime
    end: datetime


def may_send(now: datetime, window: Window, zones: Sequence[str]) -> Gate:
    """Whether `now` is inside the window in every one of `zones` (at least one)."""
    if not zones:
        return Gate(False, Translatable("time zone unknown"))
    for name in zones:
        there = now.astimezone(zone(name))
        if not window.holds(there):
            return Gate(
                False,
                Translatable(
                    "quiet hours: it's %(clock)s in %(zone)s, and texts are sent %(hours)s",
                    clock=f"{there:%H:%M}", zone=name, hours=str(window),
                ),
            )  # fmt: skip
    return Gate(True)


def openings(window: Window, zones: Sequence[str], after: datetime, days: int) -> list[Opening]:
    """When the window is open in all of `zones` at once, in order, from `after` on for about `days` days."""
    joint = [Opening(after, after + days * _DAY)]
    for name in zones:
        joint = _overlap(joint, _openings_in(window, name, after, days))
    return joint if zones else []


def _openings_in(window: Window, name: str, after: datetime, days: int) -> list[Opening]:
    """Openings in one zone. A time that the change of the clocks skips or repeats is read to the safe side."""
    where = zone(name)
    first = after.astimezone(where).date() - _DAY
    overnight = _DAY if window.closes < window.opens else timedelta()
    found = []
    for day in (first + n * _DAY for n in range(days + 3)):
        start, end = latest(day, window.opens, where), earliest(day + overnight, window.closes, where)
        if window._opens_on(day) and start < end:
            found.append(Opening(start, end))
    return found


def _overlap(some: list[Opening], others: list[Opening]) -> list[Opening]:
    """The stretches that lie in both; each list is in order and without overlaps of its own."""
    found, i, j = [], 0, 0
    while i < len(some) and j < len(others):
        start, end = max(some[i].start, others[j].start), min(some[i].end, others[j].end)
        if start < end:
            found.append(Opening(start, end))
        if some[i].end < others[j].end:
            i += 1
        else:
            j += 1
    return found
