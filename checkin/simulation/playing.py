"""A scenario played through, night after night."""

from __future__ import annotations

from collections.abc import Callable

from checkin.simulation.outcomes import Outcome, Result, together
from checkin.simulation.people import Scenario
from checkin.simulation.shift import Shift
from checkin.simulation.ways import Way


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
