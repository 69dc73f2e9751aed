"""How long a teller's yes lasts: asked again every year, reminded once, and silence is not taken for a yes.

Why these lengths: docs/decisions, a teller's yes lasts a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

REMIND_AFTER = timedelta(days=14)
REST_AFTER = timedelta(days=30)
"""Counted from the first question of the year: a story whose teller does not answer rests, and nobody hears it."""

ERASE_AFTER = timedelta(days=120)
"""The same: three months after it began to rest, it is erased."""

AT_LEAST_APART = timedelta(days=7)
"""From one question to the next, when the clock was late."""

Step = Literal["wait", "ask", "remind", "rest", "erase"]


@dataclass(frozen=True)
class ConsentStanding:
    """The last yes, when they were asked (and reminded) since, and whether the story rests already."""

    yes_at: datetime
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    resting: bool = False


@dataclass(frozen=True)
class Next:
    """What to do now, and when to look again (None: never, it is gone)."""

    step: Step
    look_at: datetime | None


def step(standing: ConsentStanding, every: timedelta, now: datetime) -> Next:
    """What is to be done about a teller's yes at this moment. Aware UTC."""
    if standing.asked_at is None:
        due = standing.yes_at + every
        return Next("ask", now + REMIND_AFTER) if now >= due else Next("wait", due)
    rest, erase = standing.asked_at + REST_AFTER, standing.asked_at + ERASE_AFTER
    if now >= erase and standing.resting:
        return Next("erase", None)
    if now >= rest:
        return Next("wait", erase) if standing.resting else Next("rest", max(erase, now + AT_LEAST_APART))
    if standing.reminded_at is None and now >= standing.asked_at + REMIND_AFTER:
        return Next("remind", max(rest, now + AT_LEAST_APART))
    return Next("wait", rest if standing.reminded_at else standing.asked_at + REMIND_AFTER)
