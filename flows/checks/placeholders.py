"""Rules about placeholders and conditions: do they parse, are their names known, can they be empty."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import networkx as nx

from flows.checks import names
from flows.checks.names import Use
from flows.checks.subject import Rule, Subject, Told, rule
from flows.checks.variables import may_be_empty
from flows.model import templates
from flows.model.flow import RESERVED
from flows.model.step import FALLS_OFF, LEAVES, StepShape


@rule("X601", "error", "Write `==` to compare.")
def compares_nothing(subject: Subject) -> Iterator[Told]:
    """`mood = 3` in a condition, which reads like a comparison and is none (parsing finds the rest)."""
    for template in names.written(subject):
        if template.condition and _slip(template.source):
            yield template.path, f"one `=` compares nothing in `{template.source}`"


@rule("X602", "error")
def unknown_name(subject: Subject) -> Iterator[Told]:
    """A name that nobody declared."""
    for template in names.written(subject):
        for use in names.uses(template):
            if problem := _unknown(subject, use):
                yield template.path, problem, _near(subject, use)


@rule("X603", "warning")
def may_be_blank(subject: Subject) -> Iterator[Told]:
    """A placeholder that can stay empty, without a `default`."""
    for template in names.written(subject):
        for use in names.uses(template):
            if not use.in_hole or "default" in use.filters or not template.shown:
                continue
            if use.parts == ("contact", "name") or may_be_empty(subject, use.root, template.step.id):
                name = ".".join(use.parts)
                yield template.path, f"{name!r} may be empty here", f"Write {{{{ {name} | default: '…' }}}}."


@rule("X604", "error", "Say plain words, hand over to a person, and end.")
def fragile_on_error(subject: Subject) -> Iterator[Told]:
    """What runs when all else failed must not be able to fail itself."""
    safe = {subject.flow.on_error, *nx.descendants(subject.graph, subject.flow.on_error)} - {
        LEAVES,
        FALLS_OFF,
    }
    failing = {
        template.step.id
        for template in names.written(subject)
        if templates.has_holes(template.source) or template.condition
    }
    for step in subject.flow.steps:
        if step.id in safe and (why := _fragile(step, step.id in failing)):
            yield subject.path(step.id), f"`on_error` leads here, and {why}"


RULES: tuple[Rule, ...] = (compares_nothing, unknown_name, may_be_blank, fragile_on_error)


def _fragile(step: StepShape, has_holes: bool) -> str:
    if step.risk == "always":
        return f"a `{step.verb}` can fail"
    return (
        {"words": "its words have placeholders that may fail", "condition": "a condition can fail"}[step.risk]
        if has_holes
        else ""
    )


def _unknown(subject: Subject, use: Use) -> str:
    root, rest = use.root, use.parts[1:]
    if root in subject.flow.vars:
        if rest and subject.flow.vars[root].type != "recording" or rest[1:]:
            return f"{'.'.join(use.parts)!r} has no parts: {root!r} is a plain value"
        return "" if set(rest) <= names.OF_A_RECORDING else f"a recording knows words and seconds, not {rest[0]!r}"
    if root not in RESERVED:
        return f"there's no variable {root!r}"
    if root in names.KNOWN and (len(rest) != 1 or rest[0] not in names.KNOWN[root]):
        return f"{'.'.join(use.parts)!r} isn't known: {root} has {', '.join(sorted(names.KNOWN[root]))}"
    if root == "hours" and (len(rest) != 2 or rest[1] not in ("open", "next_open")):
        return f"{'.'.join(use.parts)!r} isn't known: write hours.SCHEDULE.open or hours.SCHEDULE.next_open"
    return ""


def _near(subject: Subject, use: Use) -> str:
    near = difflib.get_close_matches(use.root, [*subject.flow.vars, *RESERVED], 1)
    return (
        f"Did you mean {near[0]!r}?" if near and near[0] != use.root else "Declare it in `vars`, or correct the name."
    )


def _slip(condition: str) -> bool:
    bare = condition
    for sign in ("==", "!=", "<=", ">="):
        bare = bare.replace(sign, "")
    return "=" in bare
