"""Every way through the flows: what conversations should cover, and what is counted when people take it."""

from __future__ import annotations

from flows.checks import graph
from flows.engine.position import ONWARD
from flows.library import Library
from flows.model.flow import Flow
from flows.steps import Branch

Passage = tuple[str, str, str]
"""Flow, step, outcome, as in `flows.engine.position.Way`, whichever version of the flow it was."""


def ways(library: Library) -> frozenset[Passage]:
    """Every way there is: what transcripts should cover. The engine's own defaults are not the author's to test."""
    return frozenset(
        (flow.name, edge.source, outcome(flow, edge))
        for flow in library.flows.values()
        for edge in graph.edges(flow)
        if edge.target not in (graph.LEAVES, graph.FALLS_OFF) or edge.outcome in ("end", "flow")
    )


def outcome(flow: Flow, edge: graph.Edge) -> str:
    """What the engine calls this way out of a step."""
    step = flow.step(edge.source)
    if isinstance(step, Branch):
        return edge.target if edge.outcome != "none of these" else ONWARD
    if edge.outcome in step.then or (edge.target == graph.LEAVES and edge.outcome not in ("end", "flow")):
        return edge.outcome
    return ONWARD
