"""Whom each wave of a relay asks: volunteers are lined up anew for each, so that every wave knows its moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from checkin.core.rules.policy import Policy
from checkin.relays.rules.matching import Candidate, Need, Ordered, order, why_not
from checkin.relays.rules.waves import Wave, Wish, plan

SHORTEST_RING = timedelta(seconds=5)
"""The network rings no shorter, and adds about five seconds of its own."""

MOST_WAVES = 40
"""A bound, far above any plan."""

EVERY_WAVE = MOST_WAVES + 1
"""Up to the last wave of the plan, whichever that is by then: when the backup is due, it is so for everybody."""


@dataclass(frozen=True)
class LineUpStanding:
    """A volunteer, how often this relay was offered to them, and whether they said no to it."""

    candidate: Candidate
    times_asked: int = 0
    refused: bool = False


@dataclass(frozen=True)
class LineUp:
    """Ids of volunteers: who can be asked now, who once more (`again`), and the waves in which that is done."""

    ordered: Ordered
    again: frozenset[str]
    waves: tuple[Wave, ...]

    def reach(self, due: int, asked: int) -> int:
        """The wave that is asked now: the one that is due, or the last of the plan; always one after `asked`."""
        return due if due <= MOST_WAVES else max(asked + 1, len(self.waves) - 1)

    def who(self, index: int, asked: int | None = None) -> list[str]:
        """Whom wave `index` asks: those whose turn it is, and whoever was left out of an earlier one.

        asked: the wave that was asked before it (None: the one before); those between are made up for. A wave after
        the last one of the plan asks everyone who has become free since.
        """
        due = [name for wave in self.waves[: index + 1] for name in wave.who if name in self.ordered.chosen]
        if index < len(self.waves):
            between = self.waves[index if asked is None else asked + 1 : index + 1]
            due += [name for wave in between for name in wave.who if name in self.again]
        else:
            due += self.ordered.chosen
        return list(dict.fromkeys(due))

    def backup(self, index: int) -> bool:
        """Whether the line's backup number is due by wave `index`: it may be that no wave has come to it yet."""
        return any(wave.backup for wave in self.waves[: index + 1])

    def asks_nobody(self, index: int) -> bool:
        """Whether the plan is over before wave `index` and nobody has become free since."""
        return index >= len(self.waves) and not self.who(index)


def line_up(
    everyone: Iterable[LineUpStanding], need: Need, now: datetime, policy: Policy, wish: Wish | None = None
) -> LineUp:
    """Order the volunteers of this moment and lay out the waves: first those asked already, then the rest."""
    everyone, wish = list(everyone), wish or Wish()
    ordered = order((standing.candidate for standing in everyone), need, now, policy)
    asked = sorted(
        (standing for standing in everyone if standing.times_asked),
        key=lambda standing: (standing.candidate.idle_since, standing.candidate.id),
    )
    rounds = wish.rounds or 1
    again = frozenset(
        standing.candidate.id
        for standing in asked
        if standing.times_asked < rounds
        and not standing.refused
        and why_not(replace(standing.candidate, asked=False), need, now, policy) is None
    )
    in_line = [standing.candidate.id for standing in asked] + list(ordered.chosen)
    return LineUp(ordered, again, tuple(plan(in_line, policy, need.channel, wish)))


def in_time(now: datetime, limit_at: datetime) -> bool:
    """Whether a phone could still ring before the contact's wait is over."""
    return now + SHORTEST_RING <= limit_at
