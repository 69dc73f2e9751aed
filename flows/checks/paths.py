"""Rules about the ways through a flow: dead ends, endless loops, steps that nobody reaches."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from flows.checks.subject import Rule, Subject
from flows.model.findings import Finding
from flows.model.step import FALLS_OFF, LEAVES, NOTHING_HOLDS


def runs_off(subject: Subject) -> Iterator[Finding]:
    """E201: the last step has nothing after it."""
    seen = set()
    for edge in subject.edges:
        if edge.target == FALLS_OFF and edge.source in subject.reachable and edge.source not in seen:
            seen.add(edge.source)
            yield subject.finding(
                subject.path(edge.source), "E201", "error", f"the flow runs off its end here (on {edge.outcome!r})",
                "Add `- end: done` after it, or say where to go with `to:` or `goto`.",
            )  # fmt: skip


def unreachable(subject: Subject) -> Iterator[Finding]:
    """W202: nothing leads to a step. Only the first of a row of them is named."""
    lost = {step.id for step in subject.flow.steps} - subject.reachable
    named: set[str] = set()
    for step in subject.flow.steps:
        if step.id in lost and step.id not in named:
            named |= {step.id, *(nx.descendants(subject.graph, step.id) & lost)}
            yield subject.finding(
                subject.path(step.id), "W202", "warning", f"no step leads to {_called(subject, step.id)}",
                "Lead to it from another step, or take it out.",
            )  # fmt: skip


def no_else(subject: Subject) -> Iterator[Finding]:
    """W203: a branch may match nothing and fall through."""
    for step in subject.flow.steps:
        if any(edge.source == step.id and edge.outcome == NOTHING_HOLDS for edge in subject.edges):
            yield subject.finding(
                subject.path(step.id), "W203", "warning", "this branch doesn't say what happens if nothing holds",
                "Add `- {else: STEP}` as its last line.",
            )  # fmt: skip


def never_waits(subject: Subject) -> Iterator[Finding]:
    """E206: a loop in which nobody is asked anything would go round for ever."""
    hasty = subject.graph.subgraph(step.id for step in subject.flow.steps if not step.waits)
    for circle in nx.strongly_connected_components(hasty):
        if len(circle) > 1 or any(hasty.has_edge(step, step) for step in circle):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield subject.finding(
                subject.path(first), "E206", "error", f"a loop that never waits: {_round(subject, circle)}",
                "Ask something inside it, or lead out of it.",
            )  # fmt: skip


def no_end(subject: Subject) -> Iterator[Finding]:
    """E207: from here no end can be reached. One finding for each closed circle, at its first step."""
    ends = {LEAVES, FALLS_OFF}
    good = set(ends)
    for end in ends:
        good |= nx.ancestors(subject.graph, end)
    stuck = subject.graph.subgraph(set(subject.graph) - good)
    for circle in nx.strongly_connected_components(stuck):
        if not any(follower not in circle for step in circle for follower in stuck.successors(step)):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield subject.finding(
                subject.path(first), "E207", "error",
                f"from {_called(subject, first)} no end can be reached: {_round(subject, circle)}",
                "Let one of these steps lead to an `end`.",
            )  # fmt: skip


def only_patience_ends(subject: Subject) -> Iterator[Finding]:
    """W208: a loop that is left only by silence or a hang-up, never by an answer or after some tries."""
    for circle in nx.strongly_connected_components(subject.graph):
        if len(circle) == 1 and not subject.graph.has_edge(*(tuple(circle) * 2)):
            continue
        out = [edge for edge in subject.edges if edge.source in circle and edge.target not in circle]
        if out and all(edge.outcome in ("timeout", "hung_up") for edge in out):
            first = min(circle, key=subject.flow.places.__getitem__)
            yield subject.finding(
                subject.path(first), "W208", "warning",
                f"only silence or a hang-up leads out of this loop: {_round(subject, circle)}",
                "Let an answer, or `invalid`, lead out of it.",
            )  # fmt: skip


RULES: tuple[Rule, ...] = (runs_off, unreachable, no_else, never_waits, no_end, only_patience_ends)


def _called(subject: Subject, step_id: str) -> str:
    step = subject.flow.step(step_id)
    return repr(step_id) if step.named else f"this `{step.verb}`"


def _round(subject: Subject, circle: set[str]) -> str:
    """The steps of a circle in the order of the file, by name or by verb."""
    ordered = sorted(circle, key=subject.flow.places.__getitem__)
    names = [step if subject.flow.step(step).named else subject.flow.step(step).verb for step in ordered]
    return " → ".join([*names[:6], *(["…"] if len(names) > 6 else [])])
