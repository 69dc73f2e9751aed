"""Rules about consent and about what must not be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import networkx as nx

from flows.checks import names
from flows.checks.subject import Rule, Subject, TextSource, Told, rule
from flows.words.folding import fold

TELLING = {
    "en": (
        "recovery", "sober", "sobriety", "addict", "addiction", "alcohol", "drinking", "drug", "drugs", "relapse",
        "overdose", "suicide", "rehab", "12 step", "peer support",
    ),
    "es": (
        "recuperación", "sobriedad", "sobrio", "sobria", "adicción", "adicto", "adicta", "alcohol", "beber", "droga",
        "drogas", "recaída", "sobredosis", "suicidio", "consumo", "consumir",
    ),
}  # fmt: skip
"""Words that tell a stranger who reads the screen or picks up the phone what the line is about."""


@rule("P801", "error")
def starts_without_consent(subject: Subject) -> Iterator[Told]:
    """We would begin a flow that asks for no consent."""
    for step in subject.flow.steps:
        for name, path in ((mention.name, mention.path) for mention in step.mentions() if mention.kind == "plans"):
            other = subject.flow if name == subject.flow.name else subject.others.get(name)
            if other is not None and other.needs_consent is None:
                yield (
                    subject.path(step.id, *path),
                    f"{name!r} is begun by us but names no consent",
                    f"Add `needs_consent: NAME` to the top of {name}.yaml, and ask for it before this step.",
                )
    if "outbound" in subject.flow.body.model_fields_set and subject.flow.needs_consent is None:
        yield (
            ("outbound",),
            "a flow with `outbound` is begun by us but names no consent",
            "Add `needs_consent: NAME`, or take `outbound` out.",
        )


@rule("P803", "warning", "Say it after their first answer, or leave it out.")
def telling_too_early(subject: Subject) -> Iterator[Told]:
    """What we begin names its topic before anyone has answered."""
    if subject.flow.needs_consent is None:
        return
    first = _first_turn(subject)
    for source in subject.sources:
        step = source.slot.step
        if step.id not in first or not step.opens or source.slot.kind != step.verb:
            continue
        words = f" {source.words.casefold()} "
        found = next((word for word in TELLING.get(source.language[:2], ()) if _has(words, word)), None)
        if found:
            yield source.path, f"{found!r} is said before we know who is there"


@rule("P804", "error", "Ask after the recording, and `set: {consent.NAME: true}` on every way to this step.")
def shares_without_yes(subject: Subject) -> Iterator[Told]:
    """A story can be handed in for others to hear without a yes after it was recorded."""
    yeses = {step.id for step in subject.flow.steps if step.consents()}
    kept = subject.graph.subgraph(set(subject.graph) - yeses)
    for step in subject.flow.steps:
        if step.shares is None:
            continue
        recorded = [other.id for other in subject.flow.steps if other.records == step.shares]
        starts = recorded or [subject.flow.steps[0].id]
        if any(start in kept and nx.has_path(kept, start, step.id) for start in starts):
            yield subject.path(step.id), "this story can be handed in without a yes to sharing it"


@rule("P802", "error", "Leave it out; a person can read it in the conversation.")
def sensitive_shown(subject: Subject) -> Iterator[Told]:
    """A sensitive variable in words. Its length may be told, and a recording played back to its teller."""
    for template in names.written(subject):
        for use in names.uses(template):
            var = subject.flow.vars.get(use.root)
            if var is None or not var.sensitive or use.parts[1:] or "play" in use.filters or template.condition:
                continue
            yield template.path, f"{use.root!r} is sensitive and would be shown here"
    for place, step in enumerate(subject.flow.steps):
        shown = step.shown_to_team()
        for name, var in subject.flow.vars.items():
            if var.sensitive and any("{{" in text and re.search(rf"\b{name}\b", text) for text in shown):
                yield ("steps", place), f"{name!r} is sensitive and would be shown to the team here"


@rule("M404", "warning", "Add {{ org.name }}, and words like: STOP ends these texts.")
def no_name_or_way_out(subject: Subject) -> Iterator[Told]:
    """The first text that we send by ourselves says who we are and how to end it."""
    if subject.flow.needs_consent is None or "sms" not in subject.flow.channels:
        return
    first = [source for source in first_words(subject) if "sms" in source.channels]
    for language in subject.flow.languages:
        words = " ".join(source.words for source in first if source.language == language)
        if not words:
            continue
        stops = {fold(word) for word in (*_stops(subject, language), "stop")}
        lacks = [] if "org.name" in words else ["who we are"]
        lacks += [] if stops & set(fold(words).split()) else ["how to end it"]
        if lacks:
            yield first[0].path, f"the first text in {language} doesn't say {' or '.join(lacks)}"


RULES: tuple[Rule, ...] = (
    starts_without_consent,
    telling_too_early,
    shares_without_yes,
    sensitive_shown,
    no_name_or_way_out,
)


def _stops(subject: Subject, language: str) -> tuple[str, ...]:
    known = subject.words.get(language)
    return known.global_words.get("stop", ()) if known else ()


def first_words(subject: Subject) -> tuple[TextSource, ...]:
    """What may be said before the contact's first answer."""
    first = _first_turn(subject)
    return tuple(source for source in subject.sources if source.slot.step.id in first and source.slot.step.opens)


def _first_turn(subject: Subject) -> set[str]:
    """Steps that run before the first answer, the one that waits for it included."""
    return subject.in_a_turn([subject.flow.steps[0].id])


def _has(words: str, word: str) -> bool:
    """Whether `word` stands in `words` by itself."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", words) is not None
