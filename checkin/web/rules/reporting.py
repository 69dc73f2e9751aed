"""What a report counts, from what happened: shares, middles, tails, hours of the week. Small numbers are kept back."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

SMALL = 5
"""A count below this could point at somebody who is known to be few, so what is shared outside says "fewer than 5".
(The usual floor for published counts about health: NHS Digital and many others suppress below 5.)"""

LEFT_AFTER = (10, 20, 30, 60, 90, 120)
"""Seconds between which people who hung up are counted; the last group is open."""


@dataclass(frozen=True)
class PeerRequest:
    """How often people who asked for a peer fared alike. state: a relay's.

    unanswered, message, busy and closed reached nobody.

    seconds: until they were joined, or else until it was over; None while it is neither.
    """

    state: str
    joined: bool
    seconds: int | None
    times: int = 1


@dataclass(frozen=True)
class Reached:
    """How many asked, and what came of it. `waiting` is still open and counts in no share.

    closed: of those who reached nobody (unanswered), how many asked while nobody was on duty.
    """

    asked: int
    joined: int
    left: int
    unanswered: int
    waiting: int
    closed: int = 0

    @property
    def share(self) -> float | None:
        """Joined, of those whose asking is over: 0 to 1; None when there is none."""
        over = self.asked - self.waiting
        return self.joined / over if over else None


def reached(asked: Sequence[PeerRequest]) -> Reached:
    """What came of each time that somebody asked."""
    every = sum(relays.times for relays in asked)
    joined = sum(relays.times for relays in asked if relays.joined)
    left = sum(relays.times for relays in asked if not relays.joined and relays.state == "left")
    waiting = sum(relays.times for relays in asked if not relays.joined and relays.state == "open")
    closed = sum(relays.times for relays in asked if relays.state == "closed")
    return Reached(every, joined, left, every - joined - left - waiting, waiting, closed)


def percentile(values: Iterable[tuple[float, int]], share: float) -> float | None:
    """The smallest value that `share` (0 to 1) of all are not above: the nearest rank. None when there is none.

    values: each, and how often it is there.
    """
    ordered = sorted(values)
    rank, passed = max(math.ceil(share * sum(times for _, times in ordered)), 1), 0
    for value, times in ordered:
        passed += times
        if passed >= rank:
            return value
    return None


def waits(asked: Iterable[PeerRequest]) -> list[tuple[float, int]]:
    """Seconds until those who were joined were, and how often."""
    return [(relays.seconds, relays.times) for relays in asked if relays.joined and relays.seconds is not None]


def left_after(asked: Iterable[PeerRequest]) -> list[int]:
    """How many hung up before they were joined, by how long they had waited: one count for each group of LEFT_AFTER."""
    counts = [0] * (len(LEFT_AFTER) + 1)
    for relays in asked:
        if not relays.joined and relays.state == "left" and relays.seconds is not None:
            counts[sum(relays.seconds >= edge for edge in LEFT_AFTER)] += relays.times
    return counts


def by_hour(moments: Iterable[tuple[datetime, int]], zone: tzinfo) -> list[list[int]]:
    """How many fall on each weekday (Monday first) and hour of the line's clock: 7 rows of 24. With each, how often."""
    counts = [[0] * 24 for _ in range(7)]
    for moment, times in moments:
        local = moment.astimezone(zone)
        counts[local.weekday()][local.hour] += times
    return counts


def shown(count: int, *, shared: bool) -> int | None:
    """The count; None when it is shared outside and so small that it could point at somebody. Nobody is nobody."""
    return None if shared and 0 < count < SMALL else count
