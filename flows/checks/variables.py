"""Rules about variables: read before they are set, compared with what they can never be."""

from __future__ import annotations

import re
from collections.abc import Iterator

import networkx as nx

from flows.checks import names
from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.step import Range, StepShape

_COMPARED = re.compile(r"\s*(\w+)\s*(<=|>=|==|!=|<|>)\s*(?:(\d+)|'([^']*)'|\"([^\"]*)\")\s*")


@rule("W210", "warning", "Ask for it first (`save:`), `set` it, or take it out.")
def never_set(subject: Subject) -> Iterator[Told]:
    """A variable is read, and no way there sets it."""
    told: set[tuple[str, str]] = set()
    for template in names.written(subject):
        for use in names.uses(template):
            told |= _read(subject, use.root, template.step)
    for step in subject.flow.steps:
        if step.submits:
            told |= _read(subject, step.submits, step)
    for name, step_id in sorted(told, key=lambda found: subject.flow.places[found[1]]):
        yield subject.path(step_id), f"{name!r} is read here, and nothing before this step sets it"


@rule("W211", "warning", "Compare with something that can be answered.")
def foregone(subject: Subject) -> Iterator[Told]:
    """A condition that is always true or always false, for what the variable can be."""
    for place, step in enumerate(subject.flow.steps):
        for path, source, condition in step.formulas():
            verdict = _verdict(subject, source) if condition else None
            if verdict is not None:
                always = "always" if verdict else "never"
                yield ("steps", place, *path[:-1]), f"`{source}` is {always} true"


RULES: tuple[Rule, ...] = (never_set, foregone)


def may_be_empty(subject: Subject, name: str, step_id: str) -> bool:
    """Whether a way leads to this step on which the variable is not set. Names that are no variables: no."""
    var = subject.flow.vars.get(name)
    if var is None or name in subject.given:
        return False
    return step_id in _unset(subject, name, subject.flow.steps[0].id)


def _unset(subject: Subject, name: str, root: str) -> set[str]:
    ways: nx.DiGraph[str] = nx.DiGraph()
    ways.add_node(root)
    ways.add_edges_from(
        (edge.source, edge.target)
        for edge in subject.flow.exits
        if not subject.flow.step(edge.source).sets(name, edge.outcome)
    )
    return {root, *nx.descendants(ways, root)}


def _read(subject: Subject, name: str, step: StepShape) -> set[tuple[str, str]]:
    var = subject.flow.vars.get(name)
    if var is None or var.keep == "contact" or name in subject.given or step.id not in subject.reachable:
        return set()
    setters = [edge.target for edge in subject.flow.exits if subject.flow.step(edge.source).sets(name, edge.outcome)]
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
    if number is None or known.numbers is None:
        return None
    low, high = known.numbers
    values = {low, high, min(max(low, int(number)), high)}
    held = {_compare(sign, value, int(number)) for value in values}
    return held.pop() if len(held) == 1 else None


def _compare(sign: str, left: int, right: int) -> bool:
    return {
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
        "==": left == right, "!=": left != right,
    }[sign]  # fmt: skip


def _range(subject: Subject, name: str) -> Range | None:
    """What the steps that save this variable can save; None if that is anything, or it is kept from before."""
    found = [saved for step in subject.flow.steps if (saved := step.saved(name)) is not None]
    if not found or name in subject.given:
        return None
    numbers = [saved.numbers for saved in found if saved.numbers is not None]
    if len(numbers) == len(found):
        return Range(numbers=(min(low for low, _ in numbers), max(high for _, high in numbers)))
    if all(saved.words is not None for saved in found):
        return Range(words=tuple(word for saved in found for word in saved.words or ()))
    return None
