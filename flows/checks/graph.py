"""A flow as a graph: which step can follow which, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import networkx as nx

from flows.model.flow import Flow
from flows.steps import (
    Ask,
    Branch,
    End,
    Goto,
    Handover,
    Hours,
    Language,
    Peer,
    Record,
    StepShape,
    Story,
    SubFlow,
)

Kind = Literal["chosen", "apart", "silent"]
"""chosen: somebody or something decided; apart: silence, nonsense, a hang-up, nobody there; silent: simply onward."""

APART = frozenset({"timeout", "invalid", "hung_up", "no_answer", "busy", "closed", "none", "nothing_yet", "empty"})
LEAVES = "(leaves)"
FALLS_OFF = "(falls off)"


@dataclass(frozen=True)
class Edge:
    """One way out of a step. `target` is a step id, LEAVES (the flow ends or another takes over) or FALLS_OFF."""

    source: str
    outcome: str
    target: str
    kind: Kind = "chosen"


def edges(flow: Flow) -> tuple[Edge, ...]:
    """Every way out of every step, in the order of the file."""
    return tuple(edge for step in flow.steps for edge in _from_step(flow, step))


def graph(flow: Flow) -> nx.MultiDiGraph[str]:
    """The same as a graph; edges carry `outcome` and `kind`. LEAVES and FALLS_OFF are nodes of it."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_nodes_from(step.id for step in flow.steps)
    made.add_nodes_from((LEAVES, FALLS_OFF))
    for edge in edges(flow):
        made.add_edge(edge.source, edge.target, outcome=edge.outcome, kind=edge.kind)
    return made


def roots(flow: Flow) -> tuple[str, ...]:
    """Where a flow can begin: its first step, the one for failures, the one for an answering machine."""
    machine = flow.body.outbound.machine
    spoken = (machine.removeprefix("say:"),) if machine.startswith("say:") else ()
    return (flow.steps[0].id, flow.on_error, *spoken)


def waits(step: StepShape) -> bool:
    """Whether a turn can end here: the contact, a peer or a teller has to do something."""
    if isinstance(step, Story):
        return step.story.submit is None
    if isinstance(step, Language):
        return bool(step.language.choose)
    return isinstance(step, Ask | Record | Peer) or (isinstance(step, SubFlow) and step.back)


def _from_step(flow: Flow, step: StepShape) -> Iterator[Edge]:
    onward = flow.after(step.id) or FALLS_OFF
    if isinstance(step, End) or (isinstance(step, SubFlow) and not step.back):
        yield Edge(step.id, "end" if isinstance(step, End) else "flow", LEAVES)
    elif isinstance(step, Goto):
        yield Edge(step.id, "goto", step.goto, "silent")
    elif isinstance(step, Branch):
        yield from _arms(step, onward)
    elif isinstance(step, Ask | Story | Peer | Record | Hours | Handover | SubFlow):
        yield from _outcomes(flow, step, onward)
    else:
        yield Edge(step.id, "next", onward, "silent")


def _arms(step: Branch, onward: str) -> Iterator[Edge]:
    for arm in step.branch:
        yield Edge(step.id, f"if {arm.condition}" if arm.condition else "else", arm.to)
    if step.branch[-1].condition is not None:
        yield Edge(step.id, "none of these", onward)


def _outcomes(flow: Flow, step: StepShape, onward: str) -> Iterator[Edge]:
    """Named outcomes, then those that are left to the engine: an answer goes on, a hang-up ends the conversation."""
    for outcome in _in_order(flow, step):
        target = step.then.get(outcome)
        if target is None:
            target = LEAVES if outcome in ("hung_up", "peer", "message") else onward
        yield Edge(step.id, outcome, target, "apart" if outcome in APART else "chosen")
    falls = isinstance(step, Ask) and not (step.choices or step.yes_no)
    if falls or (isinstance(step, Story) and step.story.submit):
        yield Edge(step.id, "answer" if falls else "next", onward, "chosen" if falls else "silent")


def _in_order(flow: Flow, step: StepShape) -> tuple[str, ...]:
    possible = step.possible_outcomes(flow.channels)
    if isinstance(step, Ask) and step.choices:
        first = tuple(step.choices)
    elif isinstance(step, Ask) and step.yes_no:
        first = ("yes", "no")
    else:
        first = tuple(outcome for outcome in step.then if outcome in possible)
    rest = sorted(possible - set(first) - {"nothing_yet"})  # where it is not written it is what `none` is
    if isinstance(step, Ask):
        order = ("skip", "invalid", "timeout", "hung_up")
        rest = [outcome for outcome in order if outcome in rest]
    return (*first, *rest)
