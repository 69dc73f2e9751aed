"""Rules about names that nobody declares, but that have to be the same in several flows: consents and topics."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from flows.checks import names
from flows.checks.subject import CommonNames, Rule, Subject, topics
from flows.model.findings import Finding
from flows.model.text import Path

ALIKE = 0.75
"""How alike two names must be for one to be a slip of the other (difflib's measure)."""


def consent_nobody_gives(subject: Subject) -> Iterator[Finding]:
    """E103: a consent is needed or looked at, and no flow asks for it."""
    given = subject.common.consents | CommonNames.of([subject.flow], ()).consents
    for path, name in _consents_used(subject):
        if name not in given:
            near = difflib.get_close_matches(name, given, 1, ALIKE)
            yield subject.finding(
                path, "E103", "error", f"no flow asks for the consent {name!r}, so nobody can have given it",
                f"Did you mean {near[0]!r}?" if near else f"Ask for it somewhere, and `set: {{consent.{name}: true}}`.",
            )  # fmt: skip


def topic_with_a_slip(subject: Subject) -> Iterator[Finding]:
    """E103: a topic that differs by a slip from one under which stories are handed in. Others may come by the desk."""
    known = subject.common.topics | CommonNames.of([subject.flow], ()).topics
    for path, topic in topics(subject.flow, handed_in=False):
        near = difflib.get_close_matches(topic, known - {"any"}, 1, ALIKE)
        if topic not in known | {"any"} and near:
            yield subject.finding(
                path, "E103", "error", f"there's no topic {topic!r}",
                f"Did you mean {near[0]!r}? Stories are handed in under that name.",
            )  # fmt: skip


RULES: tuple[Rule, ...] = (consent_nobody_gives, topic_with_a_slip)


def _consents_used(subject: Subject) -> Iterator[tuple[Path, str]]:
    if subject.flow.needs_consent is not None:
        yield ("needs_consent",), subject.flow.needs_consent
    for item in names.written(subject):
        for use in names.uses(item):
            if use.root == "consent" and len(use.parts) == 2:
                yield item.path, use.parts[1]
