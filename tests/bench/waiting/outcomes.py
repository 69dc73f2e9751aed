"""What became of callers and volunteers, in numbers that leave nobody out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tests.bench.waiting.people import Scenario
from tests.bench.waiting.ways import Way


@dataclass
class Load:
    """One volunteer's: how often their phone rang, how many talks they had, and for how long."""

    rings: int = 0
    talks: int = 0
    talked: timedelta = timedelta()


@dataclass(frozen=True)
class Outcome:
    """One caller's: `joined` with a peer, `told` that nobody is free, or `hung up`; after how long."""

    how: str
    waited: timedelta


@dataclass(frozen=True)
class Result:
    """A scenario on one way of ringing. `loads`: by volunteer, over all nights."""

    way: Way
    scenario: Scenario
    outcomes: Sequence[Outcome] = field(repr=False)
    loads: dict[str, Load] = field(repr=False)

    def share(self, how: str) -> float:
        """The share of all callers who were joined, told, or hung up."""
        return sum(outcome.how == how for outcome in self.outcomes) / max(1, len(self.outcomes))

    def within(self, seconds: float) -> float:
        """The share of all callers who were with a peer within so many seconds."""
        reached = sum(
            outcome.how == "joined" and outcome.waited.total_seconds() <= seconds for outcome in self.outcomes
        )
        return reached / max(1, len(self.outcomes))

    def seconds_till(self, share: float) -> float | None:
        """In how many seconds this share of ALL callers was with a peer; None: that many never were.

        Whoever hung up or was told that nobody is free counts as waiting without end. To leave them out would
        praise a way that reaches few, but those soon.
        """
        waits = sorted(outcome.waited.total_seconds() for outcome in self.outcomes if outcome.how == "joined")
        place = -(-len(self.outcomes) * share // 1)
        return waits[int(place) - 1] if 0 < place <= len(waits) else None

    @property
    def longest(self) -> float:
        """The longest that anybody was kept waiting, in seconds, whatever came of it."""
        return max((outcome.waited.total_seconds() for outcome in self.outcomes), default=0.0)

    def a_shift(self, volunteer: str | None = None) -> tuple[float, float, float]:
        """Talks, minutes of talk and rings in one shift: of this volunteer, or of the mean one."""
        loads = list(self.loads.values()) if volunteer is None else [self.loads[volunteer]]
        shifts = max(1, self.scenario.nights * len(loads))
        return (
            sum(load.talks for load in loads) / shifts,
            sum(load.talked.total_seconds() for load in loads) / 60 / shifts,
            sum(load.rings for load in loads) / shifts,
        )


def together(loads: Iterable[dict[str, Load]]) -> dict[str, Load]:
    """The loads of many nights, added up by volunteer."""
    total: dict[str, Load] = {}
    for night in loads:
        for name, load in night.items():
            found = total.setdefault(name, Load())
            found.rings, found.talks, found.talked = (
                found.rings + load.rings,
                found.talks + load.talks,
                found.talked + load.talked,
            )
    return total
