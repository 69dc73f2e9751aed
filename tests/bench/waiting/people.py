"""Who calls and who picks up in a simulated shift. The same seed gives the same people, whichever way phones ring.

Each ring is drawn by its own name (night, caller, volunteer, how often asked), so that two ways of ringing meet the
same callers, and the same volunteers in the same moods: what differs between them is the way alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

BEGINS = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
"""When a simulated shift begins; nothing depends on the day."""

PICK_UP_SPREAD = 0.5
TALK_SPREAD = 0.7
PATIENCE_SPREAD = 1.0
"""Sigma of the lognormal lengths: of ringing till pick-up, of talks, of patience. Our own, since lines publish none."""

Answer = Literal["takes", "declines", "rings out"]


@dataclass(frozen=True)
class Person:
    """A volunteer. takes, declines: the share of their rings that they take, or answer with 2; the rest ring out.

    after: seconds that their phone rings till they pick up, at the median.
    """

    id: str
    takes: float
    declines: float
    after: float


@dataclass(frozen=True)
class Caller:
    """Somebody who asks for a peer `at` a time, hangs up after `patience`, and talks for so long."""

    number: int
    at: datetime
    patience: timedelta
    talk: timedelta


@dataclass(frozen=True)
class Scenario:
    """What is played: lengths in seconds are medians."""

    volunteers: tuple[Person, ...]
    calls_an_hour: float = 4.0
    hours: float = 4.0
    nights: int = 200
    patience: float = 180.0
    talk: float = 900.0
    seed: int = 1


def team(shares: tuple[float, ...], declines: float = 0.1, after: float = 8.0) -> tuple[Person, ...]:
    """Volunteers who take these shares of their rings. Raises ValueError for shares that cannot be."""
    for share in shares:
        if not 0 <= share <= 1 - declines:
            raise ValueError(f"{share} is no share of rings that are taken: write 0 to {1 - declines:g}, like 0.4")
    return tuple(Person(f"{number:02d}", share, declines, after) for number, share in enumerate(shares, 1))


def callers(scenario: Scenario, night: int) -> list[Caller]:
    """Everyone who calls in this night, the first to call first: independent of each other, at any moment."""
    chance = Random(f"{scenario.seed}/{night}")  # noqa: S311 - a simulation must be repeatable
    found: list[Caller] = []
    at = 0.0
    while True:
        at += chance.expovariate(scenario.calls_an_hour / 3600)
        patience = _around(chance, scenario.patience, PATIENCE_SPREAD)
        talk = _around(chance, scenario.talk, TALK_SPREAD)
        if at >= scenario.hours * 3600:
            return found
        found.append(Caller(len(found), BEGINS + timedelta(seconds=at), patience, talk))


def answer(scenario: Scenario, night: int, caller: int, person: Person, nth: int) -> tuple[Answer, timedelta]:
    """What this volunteer does when rung for this caller the nth time, and how long their phone rings till then."""
    chance = Random(f"{scenario.seed}/{night}/{caller}/{person.id}/{nth}")  # noqa: S311
    drawn, rings = chance.random(), _around(chance, person.after, PICK_UP_SPREAD)
    if drawn < person.takes:
        return "takes", rings
    return ("declines" if drawn < person.takes + person.declines else "rings out"), rings


def _around(chance: Random, median: float, spread: float) -> timedelta:
    return timedelta(seconds=chance.lognormvariate(math.log(median), spread))
