"""Which story somebody hears next: never one in another language, none again before all that fit were heard."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checkin.rules.zones import fraction

Pick = Literal["unheard", "newest", "random"]
NEW = timedelta(days=14)


@dataclass(frozen=True)
class Told:
    """What choosing knows of a published story. `plays` counts all who heard it."""

    id: str
    language: str
    topics: frozenset[str]
    published_at: datetime
    plays: int = 0


def choose(
    stories: Sequence[Told],
    topic: str | None,
    language: str,
    heard: Mapping[str, datetime],
    pick: Pick,
    now: datetime,
    seed: str,
    not_again: Collection[str] = (),
) -> str | None:
    """The id of the story to play; None when none fits.

    heard: when this contact last heard each. not_again: told in this very conversation. Unheard ones go first: those
    new within two weeks early, then the ones that few have heard, so that every teller is listened to; chance (from
    `seed`) decides between equals. `unheard` gives None when all that fit were heard; the others begin again with
    the one heard longest ago. `newest` goes by the date alone, `random` by chance alone.
    """
    fit = [one for one in stories if one.language == language and (topic is None or topic in one.topics)]
    fit = [one for one in fit if one.id not in not_again]
    unheard = [one for one in fit if one.id not in heard]
    if not unheard:
        again = [] if pick == "unheard" else fit
        return min(again, key=lambda one: (heard[one.id], one.id)).id if again else None
    return min(unheard, key=lambda one: _place(one, pick, now, seed)).id


def _place(one: Told, pick: Pick, now: datetime, seed: str) -> tuple[float, float, float]:
    """Where a story stands in the order, lowest first."""
    chance = fraction(f"{seed}:{one.id}")
    if pick == "random":
        return (0, 0, chance)
    if pick == "newest":
        return (-one.published_at.timestamp(), 0, chance)
    return (0 if now - one.published_at < NEW else 1, one.plays, chance)
