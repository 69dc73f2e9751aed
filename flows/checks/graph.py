"""A flow as a graph: which step can follow which, and why."""

from __future__ import annotations

import networkx as nx

from flows.model.flow import Flow
from flows.model.step import FALLS_OFF, LEAVES


def graph(flow: Flow) -> nx.MultiDiGraph[str]:
    """Its steps and the ways between them; edges carry `outcome` and `kind`. LEAVES and FALLS_OFF are nodes of it."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_nodes_from(step.id for step in flow.steps)
    made.add_nodes_from((LEAVES, FALLS_OFF))
    for way in flow.exits:
        made.add_edge(way.source, way.target, outcome=way.outcome, kind=way.kind)
    return made


def roots(flow: Flow) -> tuple[str, ...]:
    """Where a flow can begin: its first step, the one for failures, the one for an answering machine."""
    machine = flow.body.outbound.machine
    spoken = (machine.removeprefix("say:"),) if machine.startswith("say:") else ()
    return (flow.steps[0].id, flow.on_error, *spoken)
