"""What a report counts, from what happened: shares, middles, tails, hours of the week. Small numbers are kept back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

SMALL = 5
"""A count below this could point at somebody who is known to be few, so what is shared outside says "fewer than 5".
(The usual floor for published counts about health: NHS Digital and many others suppress below 5.)"""

LEFT_AFTER = (10, 20, 30, 60, 90, 120)
"""Seconds between which people who hung up are counted; the last group is open."""


@dataclass(frozen=True)
class Asked:
    """One time that somebody asked for a peer. state: as a relay's; `unanswered` and `message` reached nobody."""

    opened_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None
    state: str
    volunteer: str | None = None

    @property
    def waited(self) -> timedelta | None:
        """Until they were joined; None when they were not."""
        return None if self.joined_at is None else self.joined_at - self.opened_at

    @property
    def talked(self) -> timedelta:
        """How long they were joined."""
        return timedelta() if self.joined_at is None or self.ended_at is None else self.ended_at - self.joined_at


@dataclass(frozen=True)
class Reached:
    """How many asked, and what came of it. `waiting` is still open and counts in no share."""

    asked: int
    joined: int
    left: int
    unanswered: int
    waiting: int

    @property
    def share(self) -> float | None:
        """Joined, of those whose asking is over: 0 to 1; None when there is none."""
        over = self.asked - self.waiting
        return self.joined / over if over else None


def reached(asked: Sequence[Asked]) -> Reached:
    """What came of each time that somebody asked."""
    joined = sum(one.joined_at is not None for one in asked)
    left = sum(one.joined_at is None and one.state == "left" for one in asked)
    waiting = sum(one.joined_at is None and one.state == "open" for one in asked)
    return Reached(len(asked), joined, left, len(asked) - joined - left - waiting, waiting)


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that `share` (0 to 1) of all are not above: the nearest rank. None when there is none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else None


def waits(asked: Iterable[Asked]) -> list[float]:
    """Seconds until each who was joined was."""
    return [one.waited.total_seconds() for one in asked if one.waited is not None]


def left_after(asked: Iterable[Asked]) -> list[int]:
    """How many hung up before they were joined, by how long they had waited: one count for each group of LEFT_AFTER."""
    counts = [0] * (len(LEFT_AFTER) + 1)
    for one in asked:
        if one.joined_at is None and one.state == "left" and one.ended_at is not None:
            seconds = (one.ended_at - one.opened_at).total_seconds()
            counts[sum(seconds >= edge for edge in LEFT_AFTER)] += 1
    return counts


def by_hour(moments: Iterable[datetime], zone: tzinfo) -> list[list[int]]:
    """How many fall on each weekday (Monday first) and hour of the line's clock: 7 rows of 24."""
    counts = [[0] * 24 for _ in range(7)]
    for moment in moments:
        local = moment.astimezone(zone)
        counts[local.weekday()][local.hour] += 1
    return counts


def shown(count: int, *, shared: bool) -> int | None:
    """The count; None when it is shared outside and so small that it could point at somebody. Nobody is nobody."""
    return None if shared and 0 < count < SMALL else count
