"""Rules about flows that lead to each other, and about consents and topics, which are the same in several flows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import networkx as nx

from flows.checks import names
from flows.checks.subject import CommonNames, Rule, Subject, Told, rule, topics
from flows.model.flow import Flow
from flows.model.step import Mention, StepShape
from flows.model.text import Path

DEEPEST = 4
"""How many flows may wait for each other; the engine refuses more."""

ALIKE = 0.75
"""How alike two names must be for one to be a slip of the other (difflib's measure)."""


@rule("E209", "error")
def goes_round(subject: Subject) -> Iterator[Told]:
    """A flow that waits for itself, or for too many below it."""
    for step in subject.flow.steps:
        mention = next(_run(step), None)
        if mention is None:
            continue
        depth = _depth(subject, mention.name, (subject.flow.name,))
        if depth is None:
            text, hint = (
                f"{mention.name!r} leads back into this flow and waits for it",
                "Add `back: false` to go there for good.",
            )
        elif depth > DEEPEST:
            text, hint = (
                f"{depth} flows would wait for each other; {DEEPEST} may",
                "Use `back: false` somewhere on the way.",
            )
        else:
            continue
        yield subject.path(step.id, *mention.path), text, hint


@rule("E209", "error", "Plan it after an answer, or let silence end the chain.")
def talks_to_itself(subject: Subject) -> Iterator[Told]:
    """A chain of follow-ups that goes on for ever without anybody answering."""
    for step_id, name in _without_an_answer(subject.flow):
        if subject.flow.name in _chain(subject, name):
            yield (
                subject.path(step_id, "follow_up", "flow"),
                f"{name!r} is planned again and again without any answer between",
            )


@rule("E103", "error")
def consent_nobody_gives(subject: Subject) -> Iterator[Told]:
    """A consent is needed or looked at, and no flow asks for it."""
    given = subject.common.consents | CommonNames.of([subject.flow], ()).consents
    for path, name in _consents_used(subject):
        if name not in given:
            near = difflib.get_close_matches(name, given, 1, ALIKE)
            yield (
                path,
                f"no flow asks for the consent {name!r}, so nobody can have given it",
                f"Did you mean {near[0]!r}?" if near else f"Ask for it somewhere, and `set: {{consent.{name}: true}}`.",
            )


@rule("E103", "error")
def topic_with_a_slip(subject: Subject) -> Iterator[Told]:
    """A topic that differs by a slip from one under which stories are handed in. Others may come by the desk."""
    known = subject.common.topics | CommonNames.of([subject.flow], ()).topics
    for path, topic in topics(subject.flow, handed_in=False):
        near = difflib.get_close_matches(topic, known - {"any"}, 1, ALIKE)
        if topic not in known | {"any"} and near:
            yield (
                path,
                f"there's no topic {topic!r}",
                f"Did you mean {near[0]!r}? Stories are handed in under that name.",
            )


RULES: tuple[Rule, ...] = (goes_round, talks_to_itself, consent_nobody_gives, topic_with_a_slip)


def _depth(subject: Subject, name: str, above: tuple[str, ...]) -> int | None:
    """How deep flows wait below `above`; None if one of them comes round again."""
    if name in above:
        return None
    flow = _flow(subject, name)
    deepest = len(above)
    for step in flow.steps if flow else ():
        for mention in _run(step):
            below = _depth(subject, mention.name, (*above, name))
            if below is None or below > DEEPEST + 1:
                return below
            deepest = max(deepest, below)
    return deepest


def _chain(subject: Subject, name: str) -> set[str]:
    """Flows that follow each other from `name` on without an answer."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        here = ahead.pop()
        flow = _flow(subject, here)
        if here in found or flow is None:
            continue
        found.add(here)
        ahead += [planned for _, planned in _without_an_answer(flow)]
    return found


def _without_an_answer(flow: Flow) -> list[tuple[str, str]]:
    """(step, flow) of the follow-ups that are planned whatever the contact does, even if they never answer."""
    certain: nx.DiGraph[str] = nx.DiGraph()
    certain.add_node(flow.steps[0].id)
    for edge in flow.exits:
        if not flow.step(edge.source).waits:
            certain.add_edge(edge.source, edge.target)
    reached = {flow.steps[0].id, *nx.descendants(certain, flow.steps[0].id)}
    return [
        (step.id, mention.name)
        for step in flow.steps
        if step.id in reached
        for mention in step.mentions()
        if mention.kind == "plans"
    ]


def _run(step: StepShape) -> Iterator[Mention]:
    """The flow that it runs and waits for."""
    return (mention for mention in step.mentions() if mention.kind == "runs")


def _flow(subject: Subject, name: str) -> Flow | None:
    return subject.flow if name == subject.flow.name else subject.others.get(name)


def _consents_used(subject: Subject) -> Iterator[tuple[Path, str]]:
    if subject.flow.needs_consent is not None:
        yield ("needs_consent",), subject.flow.needs_consent
    for template in names.written(subject):
        for use in names.uses(template):
            if use.root == "consent" and len(use.parts) == 2:
                yield template.path, use.parts[1]
