"""A scenario played through, night after night."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.waiting.outcomes import Outcome, Result, together
from tests.bench.waiting.people import Scenario
from tests.bench.waiting.shift import Shift
from tests.bench.waiting.ways import Way


def play(way: Way, scenario: Scenario, played: Callable[[], object] = lambda: None) -> Result:
    """Every night of the scenario on this way of ringing. `played` is called after each night."""
    outcomes: list[Outcome] = []
    loads = []
    for night in range(scenario.nights):
        shift = Shift(way, scenario, night)
        outcomes += shift.outcomes
        loads.append(shift.loads)
        played()
    return Result(way, scenario, outcomes, together(loads))
