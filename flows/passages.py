"""What is counted of a step that somebody left, and how long it is held back so that nobody can be told by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.position import Position, Way

HELD = timedelta(seconds=5)
"""Counts of several turns are written together: no statement more in a turn, and nothing that tells who it was."""

MOST_HELD = 2000
LONGEST = 60 * 60 * 24 * 366
"""Seconds. Nobody is waited for longer; a clock that was put right by years is not counted as a wait."""


@dataclass(frozen=True)
class Passed:
    """A step that was left. seconds: how long they had been waited for there; None for a step that does not wait."""

    way: Way
    channel: str
    seconds: int | None
    day: datetime


def passed(before: Position, ways: Sequence[Way], since: datetime, now: datetime) -> list[Passed]:
    """How steps were left in a turn that began at the position `before`, where the conversation had stood `since`."""
    waited = min(max(int((now - since).total_seconds()), 0), LONGEST)
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        Passed(way, before.channel, waited if place == 0 and _stood_there(before, way) else None, day)
        for place, way in enumerate(ways)
    ]


def _stood_there(before: Position, way: Way) -> bool:
    return before.turn > 0 and (way.flow_hash, way.step) == (before.flow_hash, before.step)
