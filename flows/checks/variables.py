"""Rules about variables: read before they are set, compared with what they can never be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx

from flows.checks import graph, names
from flows.checks.subject import Rule, Subject
from flows.model.findings import Finding
from flows.steps import Ask, Branch, Record, Set, StepShape, Story

UNANSWERED = frozenset({"timeout", "invalid", "skip", "empty"})
_COMPARED = re.compile(r"\s*(\w+)\s*(<=|>=|==|!=|<|>)\s*(?:(\d+)|'([^']*)'|\"([^\"]*)\")\s*")


@dataclass(frozen=True)
class Range:
    """What a variable can be: whole numbers between two ends, or some words."""

    low: int = 0
    high: int = 0
    words: frozenset[str] | None = None


def never_set(subject: Subject) -> Iterator[Finding]:
    """W210: a variable is read, and no way there sets it."""
    told: set[tuple[str, str]] = set()
    for one in names.written(subject):
        for use in names.uses(one):
            told |= _read(subject, use.root, one.step)
    for step in subject.flow.steps:
        if isinstance(step, Story) and step.story.submit:
            told |= _read(subject, step.story.submit, step)
    for name, step_id in sorted(told, key=lambda found: subject.flow.places[found[1]]):
        yield subject.finding(
            subject.path(step_id), "W210", "warning", f"{name!r} is read here, and nothing before this step sets it",
            "Ask for it first (`save:`), `set` it, or take it out.",
        )  # fmt: skip


def foregone(subject: Subject) -> Iterator[Finding]:
    """W211: a condition that is always true or always false, for what the variable can be."""
    for place, step in enumerate(subject.flow.steps):
        if not isinstance(step, Branch):
            continue
        for number, arm in enumerate(step.branch):
            verdict = _verdict(subject, arm.condition or "")
            if verdict is not None:
                always = "always" if verdict else "never"
                yield subject.finding(
                    ("steps", place, "branch", number), "W211", "warning", f"`{arm.condition}` is {always} true",
                    "Compare with something that can be answered.",
                )  # fmt: skip


RULES: tuple[Rule, ...] = (never_set, foregone)


def may_be_empty(subject: Subject, name: str, step_id: str) -> bool:
    """Whether a way leads to this step on which the variable is not set. Names that are no variables: no."""
    var = subject.flow.vars.get(name)
    if var is None or name in subject.given:
        return False
    return step_id in _unset(subject, name, subject.flow.steps[0].id)


def sets(subject: Subject, edge: graph.Edge, name: str) -> bool:
    """Whether going this way leaves the variable set."""
    step = subject.flow.step(edge.source)
    if isinstance(step, Set):
        return step.set.get(name) is not None
    if isinstance(step, Ask):
        return step.save == name and edge.outcome not in UNANSWERED | {"hung_up"}
    return isinstance(step, Record) and step.save == name and edge.outcome not in UNANSWERED


def _unset(subject: Subject, name: str, root: str) -> set[str]:
    ways: nx.DiGraph[str] = nx.DiGraph()
    ways.add_node(root)
    ways.add_edges_from((edge.source, edge.target) for edge in subject.edges if not sets(subject, edge, name))
    return {root, *nx.descendants(ways, root)}


def _read(subject: Subject, name: str, step: StepShape) -> set[tuple[str, str]]:
    var = subject.flow.vars.get(name)
    if var is None or var.keep == "contact" or name in subject.given or step.id not in subject.reachable:
        return set()
    setters = [edge.target for edge in subject.edges if sets(subject, edge, name)]
    if any(target == step.id or nx.has_path(subject.graph, target, step.id) for target in setters):
        return set()
    return {(name, step.id)}


def _verdict(subject: Subject, condition: str) -> bool | None:
    found = _COMPARED.fullmatch(condition)
    if not found:
        return None
    name, sign, number = found[1], found[2], found[3]
    known = _range(subject, name)
    if known is None:
        return None
    if known.words is not None:
        word = found[4] if found[4] is not None else found[5]
        if word is None or word in known.words:
            return None
        return {"==": False, "!=": True}.get(sign)
    if number is None:
        return None
    held = {_compare(sign, value, int(number)) for value in (known.low, known.high, *_inside(known, int(number)))}
    return held.pop() if len(held) == 1 else None


def _inside(known: Range, number: int) -> tuple[int, ...]:
    return (number,) if known.low <= number <= known.high else ()


def _compare(sign: str, left: int, right: int) -> bool:
    return {
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
        "==": left == right, "!=": left != right,
    }[sign]  # fmt: skip


def _range(subject: Subject, name: str) -> Range | None:
    """What the questions that save this variable can save; None if something else sets it or it is kept from before."""
    asks: list[Ask] = []
    for step in subject.flow.steps:
        if isinstance(step, Set) and name in step.set:
            return None
        if isinstance(step, Ask) and step.save == name:
            asks.append(step)
    if not asks or name in subject.given:
        return None
    if all(step.number for step in asks):
        numbers = [step.number for step in asks if step.number]
        return Range(min(number.min for number in numbers), max(number.max for number in numbers))
    if all(step.choices for step in asks):
        return Range(words=frozenset(word for step in asks for word in step.choices or ()))
    return None
