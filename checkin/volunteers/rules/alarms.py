"""How often the leads are texted about one thing, and for how long a sign of danger is fresh.

An alarm can neither be missed nor drowned: whatever happens is counted, and told at once, at the second time, and then
once an hour. Whoever is blocked is told of once a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta

FRESH = timedelta(hours=24)
"""For so long after a sign of danger somebody stands first wherever the team looks, and a peer is told of it."""

AGAIN_AFTER = timedelta(hours=1)

BLOCKED_AGAIN_AFTER = timedelta(days=1)
"""Whether somebody has looked meanwhile or not: no text a minute for whoever wants to keep the leads awake."""


def are_told(count: int, told_at: datetime | None, now: datetime) -> bool:
    """Whether the leads are texted now that it has happened `count` times. told_at: when they were last (None: never).

    Raises ValueError for a count of nothing.
    """
    if count < 1:
        raise ValueError("nothing has happened: count from 1 on")
    return told_at is None or count == 2 or now - told_at >= AGAIN_AFTER


def in_danger(crisis_at: datetime | None, now: datetime) -> bool:
    """Whether a sign of danger of theirs is fresh."""
    return crisis_at is not None and now - crisis_at < FRESH
