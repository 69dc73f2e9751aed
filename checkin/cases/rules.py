"""How often the leads are told of one thing, and when a person may answer somebody who has reached us. Pure.

An alarm can neither be missed nor drowned: whatever happens is counted, and told at once, at the second time, and then
once an hour. Whoever is blocked is told of once a day.

Somebody is answered on their own clock, in their own hours, or while it is day. This is for what they asked for (a call
back, an answer to what they left), not for texts that we begin: those keep to the narrower hours of
checkin.core.rules.quiet_hours, in every zone that a number could be in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from checkin.core.rules.coverage import WantedCover
from checkin.core.rules.quiet_hours import BadWindow, Window
from checkin.core.rules.zones import zone

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


DAY = Window(time(8), time(21))
"""The hours of the US Telephone Consumer Protection Act, 47 CFR 64.1200(c)(1)."""

JUST_NOW = timedelta(hours=1)
"""Somebody who was heard this lately is awake: they may be answered at any hour."""

MIDNIGHT = time(0)


def hours(weekday: int, chosen: str | None, cover: Iterable[WantedCover]) -> Window:
    """The hours of this weekday: those that they chose ("17:00-21:00"); else the day, and the evening with it for as
    long as the line wants volunteers on shift (until midnight at most): whom peers are there for may be called by them.
    """
    try:
        if chosen:
            return Window.read(chosen)
    except BadWindow:
        pass
    late = [hours.ends for hours in cover if weekday in hours.days and hours.begins < hours.ends]
    if any(weekday in hours.days and hours.ends <= hours.begins for hours in cover):
        return replace(DAY, closes=MIDNIGHT)
    return replace(DAY, closes=max([DAY.closes, *late]))


def may_answer(now: datetime, zones: Sequence[str], chosen: str | None, cover: Sequence[WantedCover]) -> bool:
    """Whether `now` is inside those hours in each of `zones`."""
    there = [now.astimezone(zone(name)) for name in zones]
    return all(hours(wall.weekday(), chosen, cover).holds(wall) for wall in there)
