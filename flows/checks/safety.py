"""Rules that keep people from being left alone."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.flow import Flow
from flows.model.step import FALLS_OFF, LEAVES, StepShape

WORRYING = frozenset({"low_mood", "crisis"})
"""Tags that say somebody is not well."""

NOBODY_CAME = ("no_answer", "busy", "closed")


@rule("S701", "warning", "Add a `peer`, a `handover`, a `record` with an `inbox`, or lead to a flow that has one.")
def no_person(subject: Subject) -> Iterator[Told]:
    """No step of the flow reaches a person (the engine's 0 and PERSON are not counted).

    One that we begin and that asks nothing is over at once: whoever writes back after it reaches a person anyway.
    """
    if subject.flow.needs_consent is not None and not any(step.waits for step in subject.flow.steps):
        return
    if not _reaches(subject.flow, subject, frozenset()):
        yield ("flow",), "no step of this flow reaches a person"


@rule("S702", "error", "Ask whether they would like a peer, or add a `handover` or a `record` on every way from here.")
def worried_and_left(subject: Subject) -> Iterator[Told]:
    """After a worrying tag, a way to the end on which no person is offered. Hang-ups are not counted."""
    for step in subject.flow.steps:
        if not WORRYING & set(step.tags()):
            continue
        kept: nx.DiGraph[str] = nx.DiGraph()
        kept.add_nodes_from((step.id, LEAVES))
        for edge in subject.flow.exits:
            if edge.outcome != "hung_up" and not _offers(subject, subject.flow.step(edge.source)):
                kept.add_edge(edge.source, edge.target)
        if nx.has_path(kept, step.id, LEAVES):
            tags = ", ".join(sorted(WORRYING & set(step.tags())))
            yield subject.path(step.id), f"after the tag {tags} it can end without offering a person"


@rule("S703", "warning", "Offer a story or a message, hand over, or plan a follow-up.")
def nobody_and_nothing(subject: Subject) -> Iterator[Told]:
    """Nobody came, and the flow just ends."""
    for step in subject.flow.steps:
        if step.person != "peer":
            continue
        for outcome in NOBODY_CAME:
            if outcome in step.then and _just_ends(subject, step.then[outcome]):
                yield (
                    subject.path(step.id, "then", outcome),
                    f"on {outcome!r} the flow ends and nothing is offered instead",
                )


RULES: tuple[Rule, ...] = (no_person, worried_and_left, nobody_and_nothing)


def _reaches(flow: Flow, subject: Subject, seen: frozenset[str]) -> bool:
    """Whether some step of `flow`, or of a flow that it leads to, reaches a person."""
    return flow.name not in seen and any(_is_person(step, subject, seen | {flow.name}) for step in flow.steps)


def _is_person(step: StepShape, subject: Subject, seen: frozenset[str] = frozenset()) -> bool:
    run = (mention.name for mention in step.mentions() if mention.kind in ("runs", "becomes"))
    others = (subject.others[name] for name in run if name in subject.others)
    return step.person is not None or any(_reaches(other, subject, seen) for other in others)


def _offers(subject: Subject, step: StepShape) -> bool:
    """Whether this step is a person, or a question with a way to one before the next question."""
    if _is_person(step, subject):
        return True
    return step.is_question and any(
        _is_person(subject.flow.step(found), subject) for found in _without_waiting(subject, step.id)
    )


def _without_waiting(subject: Subject, start: str) -> set[str]:
    """Steps that run in the turns that begin with the outcomes of `start`, those that wait included."""
    return subject.in_a_turn(
        edge.target for edge in subject.flow.exits if edge.source == start and edge.outcome != "hung_up"
    )


def _just_ends(subject: Subject, start: str) -> bool:
    """Whether an end is reached from here without anything that keeps the conversation or the promise."""
    ahead, seen = [start], set()
    while ahead:
        step_id = ahead.pop()
        if step_id in seen or step_id == FALLS_OFF:
            continue
        seen.add(step_id)
        step = subject.flow.step(step_id)
        if step.ends is not None:
            return True
        if not step.keeps:
            ahead += [edge.target for edge in subject.flow.exits if edge.source == step_id and edge.target != LEAVES]
    return False
