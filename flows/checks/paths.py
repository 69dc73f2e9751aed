"""Rules about the ways through a flow: dead ends, endless loops, steps that nobody reaches."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.step import FALLS_OFF, LEAVES, NOTHING_HOLDS


@rule("E201", "error", "Add `- end: done` after it, or say where to go with `to:` or `goto`.")
def runs_off(subject: Subject) -> Iterator[Told]:
    """The last step has nothing after it."""
    seen = set()
    for edge in subject.flow.exits:
        if edge.target == FALLS_OFF and edge.source in subject.reachable and edge.source not in seen:
            seen.add(edge.source)
            yield subject.path(edge.source), f"the flow runs off its end here (on {edge.outcome!r})"


@rule("W202", "warning", "Lead to it from another step, or take it out.")
def unreachable(subject: Subject) -> Iterator[Told]:
    """Nothing leads to a step. Only the first of a row of them is named."""
    lost = {step.id for step in subject.flow.steps} - subject.reachable
    named: set[str] = set()
    for step in subject.flow.steps:
        if step.id in lost and step.id not in named:
            named |= {step.id, *(nx.descendants(subject.graph, step.id) & lost)}
            yield subject.path(step.id), f"no step leads to {_called(subject, step.id)}"


@rule("W203", "warning", "Add `- {else: STEP}` as its last line.")
def no_else(subject: Subject) -> Iterator[Told]:
    """A branch may match nothing and fall through."""
    for step in subject.flow.steps:
        if any(edge.source == step.id and edge.outcome == NOTHING_HOLDS for edge in subject.flow.exits):
            yield subject.path(step.id), "this branch doesn't say what happens if nothing holds"


@rule("E206", "error", "Ask something inside it, or lead out of it.")
def never_waits(subject: Subject) -> Iterator[Told]:
    """A loop in which nobody is asked anything would go round for ever."""
    hasty = subject.graph.subgraph(step.id for step in subject.flow.steps if not step.waits)
    for circle in nx.strongly_connected_components(hasty):
        if len(circle) > 1 or any(hasty.has_edge(step, step) for step in circle):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield subject.path(first), f"a loop that never waits: {_round(subject, circle)}"


@rule("E207", "error", "Let one of these steps lead to an `end`.")
def no_end(subject: Subject) -> Iterator[Told]:
    """From here no end can be reached. One finding for each closed circle, at its first step."""
    ends = {LEAVES, FALLS_OFF}
    good = set(ends)
    for end in ends:
        good |= nx.ancestors(subject.graph, end)
    stuck = subject.graph.subgraph(set(subject.graph) - good)
    for circle in nx.strongly_connected_components(stuck):
        if not any(follower not in circle for step in circle for follower in stuck.successors(step)):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield (
                subject.path(first),
                f"from {_called(subject, first)} no end can be reached: {_round(subject, circle)}",
            )


@rule("W208", "warning", "Let an answer, or `invalid`, lead out of it.")
def only_patience_ends(subject: Subject) -> Iterator[Told]:
    """A loop that is left only by silence or a hang-up, never by an answer or after some tries."""
    for circle in nx.strongly_connected_components(subject.graph):
        if len(circle) == 1 and not subject.graph.has_edge(*(tuple(circle) * 2)):
            continue
        out = [edge for edge in subject.flow.exits if edge.source in circle and edge.target not in circle]
        if out and all(edge.outcome in ("timeout", "hung_up") for edge in out):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield subject.path(first), f"only silence or a hang-up leads out of this loop: {_round(subject, circle)}"


RULES: tuple[Rule, ...] = (runs_off, unreachable, no_else, never_waits, no_end, only_patience_ends)


def _called(subject: Subject, step_id: str) -> str:
    step = subject.flow.step(step_id)
    return repr(step_id) if step.named else f"this `{step.verb}`"


def _round(subject: Subject, circle: set[str]) -> str:
    """The steps of a circle in the order of the file, by name or by verb."""
    ordered = sorted(circle, key=subject.flow.places.__getitem__)
    names = [step if subject.flow.step(step).named else subject.flow.step(step).verb for step in ordered]
    return " → ".join([*names[:6], *(["…"] if len(names) > 6 else [])])
