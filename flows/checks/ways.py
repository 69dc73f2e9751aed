"""Every way through the flows: what conversations should cover, and what is counted when people take it."""

from __future__ import annotations

from flows.library import Library
from flows.model.step import FALLS_OFF, LEAVES, ONWARD

StepCount = tuple[str, str, str]
"""Flow, step, outcome, as in `flows.engine.position.Way`, whichever version of the flow it was."""


def ways(library: Library) -> frozenset[StepCount]:
    """Every way there is: what transcripts should cover. The engine's own defaults are not the author's to test."""
    return frozenset(
        (flow.name, way.source, way.way)
        for flow in library.flows.values()
        for way in flow.exits
        if way.target != FALLS_OFF and (way.target != LEAVES or way.way == ONWARD)
    )
