"""Rules about placeholders and conditions: do they parse, are their names known, can they be empty."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import networkx as nx

from flows.checks import names
from flows.checks.names import Use
from flows.checks.subject import Rule, Subject
from flows.checks.variables import may_be_empty
from flows.model import templates
from flows.model.findings import Finding
from flows.model.flow import RESERVED
from flows.model.step import FALLS_OFF, LEAVES, StepShape


def compares_nothing(subject: Subject) -> Iterator[Finding]:
    """X601: `mood = 3` in a condition, which reads like a comparison and is none (parsing finds the rest)."""
    for template in names.written(subject):
        if template.condition and _slip(template.source):
            yield subject.finding(
                template.path,
                "X601",
                "error",
                f"one `=` compares nothing in `{template.source}`",
                "Write `==` to compare.",
            )


def unknown_name(subject: Subject) -> Iterator[Finding]:
    """X602: a name that nobody declared."""
    for template in names.written(subject):
        for use in names.uses(template):
            if problem := _unknown(subject, use):
                yield subject.finding(template.path, "X602", "error", problem, _near(subject, use))


def may_be_blank(subject: Subject) -> Iterator[Finding]:
    """X603: a placeholder that can stay empty, without a `default`."""
    for template in names.written(subject):
        for use in names.uses(template):
            if not use.in_hole or "default" in use.filters or not template.shown:
                continue
            if use.parts == ("contact", "name") or may_be_empty(subject, use.root, template.step.id):
                name = ".".join(use.parts)
                yield subject.finding(
                    template.path,
                    "X603",
                    "warning",
                    f"{name!r} may be empty here",
                    f"Write {{{{ {name} | default: '…' }}}}.",
                )


def fragile_on_error(subject: Subject) -> Iterator[Finding]:
    """X604: what runs when all else failed must not be able to fail itself."""
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
            yield subject.finding(
                subject.path(step.id), "X604", "error", f"`on_error` leads here, and {why}",
                "Say plain words, hand over to a person, and end.",
            )  # fmt: skip


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
