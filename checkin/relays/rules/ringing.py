"""The order of ringing: whom each wave asks and when, with rows (the service) or plain values (a study)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

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
class WaveToAsk:
    """Those who are asked together now. `backup`: the line's backup number rings too."""

    index: int
    who: list[str]
    backup: bool = False


class OpenRelay(Protocol):
    """A relay that looks for a volunteer, as whoever rings for it keeps it. `wave`: the last one that was asked."""

    @property
    def wave(self) -> int:
        """The last wave that was asked."""

    @property
    def is_open(self) -> bool:
        """Whether it still looks for somebody."""

    def may_ring(self) -> bool:
        """Whether others may be asked, and a phone could still ring before the wait is over."""

    def line_up(self) -> LineUp:
        """The volunteers of this moment."""

    def anyone_asked(self) -> bool:
        """Whether somebody is being asked at this moment."""

    def backup_asked(self) -> bool:
        """Whether the backup number was asked already: it rings once."""

    def ask(self, wave: WaveToAsk) -> int | None:
        """Ask these. Answers how many could be; None: the relay has come further meanwhile."""

    def plan(self, index: int, after: timedelta) -> None:
        """Wave `index` is due `after` this long from the opening."""


def begin(relay: OpenRelay, lined_up: LineUp) -> None:
    """Ask the first wave and plan the others, the backup behind as many waves as there are by then.

    If others were asking all of the first just now, the next wave is due at once.
    """
    asked = relay.ask(WaveToAsk(0, lined_up.who(0), lined_up.backup(0)))
    for index, wave in enumerate(lined_up.waves[1:], 1):
        relay.plan(EVERY_WAVE if wave.backup else index, wave.after)
    if not asked:
        relay.plan(1, timedelta())


def ask_next(relay: OpenRelay, due: int) -> int | None:
    """Ask the wave that is `due`, and with it whomever those between it and the last one would have asked.

    So in whatever order waves are carried out, nobody is left out, and the backup number least of all. Answers how many
    are asked; None: there is nobody left, or no time, or the relay has come further.
    """
    asked = relay.wave
    if due <= asked or not relay.may_ring():
        return None
    lined_up = relay.line_up()
    index = lined_up.reach(due, asked)
    backup = lined_up.backup(index) and not relay.backup_asked()
    if index > MOST_WAVES or (lined_up.asks_nobody(index) and not backup):
        return None
    return relay.ask(WaveToAsk(index, lined_up.who(index, asked), backup))


def go_on(relay: OpenRelay) -> bool:
    """When nobody is being asked any more, ask the next wave at once. False: there is none; give it up."""
    while relay.is_open and not relay.anyone_asked():
        if ask_next(relay, relay.wave + 1) is None:
            return False
    return True


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
