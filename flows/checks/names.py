"""Which names the words and conditions of a flow use, where, and in what way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.checks.subject import Subject
from flows.model import templates
from flows.model.step import StepShape
from flows.model.text import Path

KNOWN = {
    "contact": frozenset({"name", "language", "can_text"}),
    "org": frozenset({"name"}),
    "line": frozenset({"crisis", "emergency", "name", "number"}),
}
"""What our own names hold; `consent` and `hours` hold whatever is declared elsewhere, a recording its length."""

OF_A_RECORDING = frozenset({"words", "seconds"})


@dataclass(frozen=True)
class WrittenTemplate:
    """A string with placeholders, or a condition, and the step that it belongs to."""

    step: StepShape
    path: Path
    source: str
    condition: bool
    shown: bool


@dataclass(frozen=True)
class Use:
    """One name in one string. `filters` follow it in the same hole."""

    written: WrittenTemplate
    parts: tuple[str, ...]
    filters: tuple[str, ...]
    in_hole: bool

    @property
    def root(self) -> str:
        """The first part: a variable, or one of our own names."""
        return self.parts[0]


def written(subject: Subject) -> tuple[WrittenTemplate, ...]:
    """Everything in a flow that holds names."""
    return tuple(
        WrittenTemplate(step, path, source, condition, any(path[2] == slot[0] for slot, _ in step.slots()))
        for path, source, condition in subject.placeholders
        for step in (subject.flow.steps[int(path[1])],)
    )


def uses(written_template: WrittenTemplate) -> Iterator[Use]:
    """The names in one string; none if it does not parse."""
    if not written_template.condition and not templates.has_holes(written_template.source):
        return
    compiled = templates.compiled_condition if written_template.condition else templates.compiled
    try:
        template = compiled(written_template.source)
    except templates.TemplateError:
        return
    whole = "{% if " + written_template.source + " %}" if written_template.condition else written_template.source
    for found in template.analyze().variables.values():
        for variable in found:
            parts = tuple(str(part) for part in variable.segments)
            yield Use(
                written_template,
                parts,
                _filters(whole, variable.span.index),
                whole.rfind("{{", 0, variable.span.index) > whole.rfind("{%", 0, variable.span.index),
            )


def _filters(whole: str, at: int) -> tuple[str, ...]:
    end = min((found for mark in ("}}", "%}") if (found := whole.find(mark, at)) >= 0), default=len(whole))
    return tuple(re.findall(r"\|\s*(\w+)", whole[at:end]))
