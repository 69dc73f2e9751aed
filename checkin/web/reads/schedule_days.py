"""The days of a week of the schedule: what lies on each, cut at midnight by the line's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from checkin.core.rules.coverage import Stretch

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Piece:
    """A part of a time that lies on one day. begins, ends: minutes of the wall clock, 0 to 1440."""

    begins: int
    ends: int


@dataclass(frozen=True)
class ScheduledShift:
    """One time on shift, or the part of it on one day.

    start, end: all of it, aware UTC. day: on which it begins, by the shift's own clock: what changes name it by.
    state: "" (planned), confirmed, gap, or away (its volunteer would not be rung then). once: there is no other time.
    later: the part after midnight.
    """

    shift_id: str
    volunteer_id: str
    name: str
    start: datetime
    end: datetime
    day: date
    state: str
    once: bool
    channels: tuple[str, ...]
    later: bool
    piece: Piece
    gap: int | None = None


@dataclass(frozen=True)
class DayCover:
    """A wanted time, or the part of it on one day: `there` of the `wanted` are there (never more than are wanted)."""

    wanted: int
    there: int
    piece: Piece

    @property
    def missing(self) -> int:
        """How many more are wanted."""
        return self.wanted - self.there


@dataclass(frozen=True)
class Off:
    """A shift falls out on a day."""

    shift_id: str
    name: str
    day: date


@dataclass(frozen=True)
class Day:
    """One day of the week. hours: 23 or 25 when the clocks change."""

    day: date
    hours: int
    turns: Sequence[ScheduledShift]
    cover: Sequence[DayCover]
    off: Sequence[Off]

    @property
    def missing(self) -> bool:
        """Whether somebody is missing at any time of it."""
        return any(span.missing for span in self.cover)


def laid_out(
    day: date, where: ZoneInfo, turns: Sequence[ScheduledShift], cover: Sequence[Stretch], off: Sequence[Off]
) -> Day:
    """What lies on this day of the clock of `where`."""
    begins, ends = (datetime.combine(edge, time(), where).astimezone(UTC) for edge in (day, day + DAY))
    ctx = sorted(
        (turn for turn in turns if turn.start < ends and turn.end > begins),
        key=lambda span: (span.start, span.end, span.name),
    )
    shown = [
        replace(span, piece=_piece(span.start, span.end, begins, ends, where), later=span.start < begins)
        for span in ctx
    ]
    wanted = [
        DayCover(span.wanted, span.wanted - span.missing, _piece(span.start, span.end, begins, ends, where))
        for span in alike(cover)
        if span.start < ends and span.end > begins
    ]
    hours = round((ends - begins) / timedelta(hours=1))
    return Day(day, hours, shown, wanted, [absence for absence in off if absence.day == day])


def alike(cover: Sequence[Stretch]) -> list[Stretch]:
    """The same, joined where as many are wanted and as many are missing, whoever is there."""
    found: list[Stretch] = []
    for span in cover:
        last = found[-1] if found else None
        if last is not None and (last.end, last.wanted, last.missing) == (span.start, span.wanted, span.missing):
            found[-1] = replace(last, end=span.end)
        else:
            found.append(span)
    return found


def _piece(start: datetime, end: datetime, begins: datetime, ends: datetime, where: ZoneInfo) -> Piece:
    first = 0 if start <= begins else _minute(start.astimezone(where))
    last = 24 * 60 if end >= ends else _minute(end.astimezone(where))
    return Piece(first, max(last, first))


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute
