"""What is counted of a step that somebody left, and how long it is held back so that nobody can be told by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.engine.position import Position, StepExit

HELD = timedelta(seconds=5)
"""Counts of several turns are written together: no statement more in a turn, and nothing that tells who it was."""

MOST_HELD = 2000
LONGEST = 60 * 60 * 24 * 366
"""Seconds. Nobody is waited for longer; a clock that was put right by years is not counted as a wait."""


@dataclass(frozen=True)
class StepLeft:
    """A step that was left. seconds: about how long they had been waited for there; None for a step that does not wait.

    until: the end of the month in which it was, midnight UTC.
    """

    way: StepExit
    channel: str
    seconds: int | None
    until: datetime


def passed(before: Position, ways: Sequence[StepExit], since: datetime, now: datetime) -> list[StepLeft]:
    """How steps were left in a turn that began at the position `before`, where the conversation had stood `since`."""
    waited = min(max(int((now - since).total_seconds()), 0), LONGEST)
    until = _end_of_month(now)
    return [
        StepLeft(way, before.channel, about(waited) if place == 0 and _stood_there(before, way) else None, until)
        for place, way in enumerate(ways)
    ]


def about(seconds: int) -> int:
    """Its first two digits: a minute more or less of an hour tells nothing, and what is alike is counted in one row."""
    unit: int = 10 ** max(len(str(seconds)) - 2, 0)
    return (seconds + unit // 2) // unit * unit


def _end_of_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


def _stood_there(before: Position, way: StepExit) -> bool:
    return before.turn > 0 and (way.flow_hash, way.step) == (before.flow_hash, before.step)
