"""How many volunteers are wanted at which hours, how many are there, and where some are missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WantedCover:
    """So many volunteers on these weekdays (0 is Monday), between these times of the line's clock.

    An end that is not after the beginning is on the next day.
    """

    days: frozenset[int]
    begins: time
    ends: time
    volunteers: int


@dataclass(frozen=True)
class Presence:
    """Somebody is there from `start` up to `end`, aware. Shifts of one person that overlap count once."""

    who: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Stretch:
    """A time in which as many are wanted, and the same people are there. Aware UTC."""

    start: datetime
    end: datetime
    wanted: int
    who: frozenset[str]

    @property
    def missing(self) -> int:
        return max(0, self.wanted - len(self.who))

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def windows(
    wanted: Sequence[WantedCover], first: date, last: date, where: ZoneInfo
) -> Iterator[tuple[WantedCover, Presence]]:
    """When each is wanted on the days from `first` to `last`, in time that passes."""
    for ahead in range((last - first).days + 1):
        day = first + ahead * _DAY
        for hours in wanted:
            if day.weekday() in hours.days:
                until = day if hours.ends > hours.begins else day + _DAY
                start = datetime.combine(day, hours.begins, where).astimezone(UTC)
                end = datetime.combine(until, hours.ends, where).astimezone(UTC)
                if end > start:
                    yield hours, Presence("", start, end)


def stretches(
    wanted: Sequence[WantedCover], there: Sequence[Presence], since: datetime, until: datetime, where: ZoneInfo
) -> list[Stretch]:
    """The wanted hours from `since` up to `until`, in order, cut where the number wanted or who is there changes.

    Where two wishes overlap, the higher number counts.
    """
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    first, last = since.astimezone(where).date() - _DAY, until.astimezone(where).date()
    wishes = list(windows(wanted, first, last, where))
    times = {edge for _, span in wishes for edge in (span.start, span.end)}
    times |= {edge.astimezone(UTC) for span in there for edge in (span.start, span.end)}
    cuts = sorted({since, until, *(edge for edge in times if since < edge < until)})
    found: list[Stretch] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        number = max((wish.volunteers for wish, span in wishes if span.start <= start < span.end), default=0)
        who = frozenset(span.who for span in there if span.start <= start < span.end)
        if number:
            _add(found, Stretch(start, end, number, who))
    return found


def _add(found: list[Stretch], new: Stretch) -> None:
    last = found[-1] if found else None
    if last is not None and (last.end, last.wanted, last.who) == (new.start, new.wanted, new.who):
        found[-1] = Stretch(last.start, new.end, new.wanted, new.who)
    else:
        found.append(new)
