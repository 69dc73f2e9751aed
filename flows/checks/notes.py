"""Rules about what an import left for people to do: a step's `note` says so until they did it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.checks.subject import Rule, Subject
from flows.model.findings import Finding


def stub(subject: Subject) -> Iterator[Finding]:
    """E210: a step that stands for something that could not be imported."""
    for step in subject.flow.steps:
        if step.note and step.note.startswith("stub:"):
            yield subject.finding(
                subject.path(step.id, "note"), "E210", "error",
                f"this step wasn't imported: {step.note.removeprefix('stub:').strip()}",
                "Write what it should do here, then take the note away.",
            )  # fmt: skip


def unread(subject: Subject) -> Iterator[Finding]:
    """W212: a step that was imported with a guess, and that nobody has read since."""
    for step in subject.flow.steps:
        if step.note and step.note.startswith("review:"):
            yield subject.finding(
                subject.path(step.id, "note"), "W212", "warning",
                f"to be read: {step.note.removeprefix('review:').strip()}",
                "Correct it if needed, then take the note away.",
            )  # fmt: skip


RULES: tuple[Rule, ...] = (stub, unread)
