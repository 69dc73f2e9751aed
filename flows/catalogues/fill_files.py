"""Puts the words of catalogues into words.yaml, team.yaml and lines.yaml as they are read, where these have none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from flows.catalogues.contexts import as_list
from flows.catalogues.messages import REQUIRED, TEAM, Spot, keywords, of_lines, of_team, of_words
from flows.library import FolderSettings
from flows.model.catalogue import Catalogue
from flows.model.findings import Finding
from flows.model.lines import Line
from flows.model.templates import TemplateError, check, placeholders
from flows.model.text import Text
from flows.words.phrases import LanguageWords
from flows.words.validation import hidden_signs, wrong_phrases


def take_in(settings: FolderSettings, catalogues: Collection[Catalogue]) -> list[Finding]:
    """Add what the catalogues say to these settings, and answer what is wrong with it. What is inline wins."""
    findings: list[Finding] = []
    for catalogue in catalogues:
        if settings.words:
            told, wrong = _translated(of_words(settings.own_words or settings.words), catalogue)
            settings.own_words = settings.own_words or settings.words
            words, unusable = _words(settings.words, told, catalogue)
            settings.words = words
            findings += [*wrong, *unusable]
        told, wrong = _translated(of_team(settings.own_team or settings.team), catalogue)
        settings.own_team = settings.own_team or settings.team
        texts = {context.removeprefix(TEAM): text for context, text in told.items()}
        settings.team = settings.team.also(catalogue.language, texts)
        findings += wrong
        if settings.lines:
            told, wrong = _translated(of_lines(settings.own_lines or settings.lines), catalogue)
            settings.own_lines = settings.own_lines or settings.lines
            settings.lines = {key: _line(line, told, catalogue.language) for key, line in settings.lines.items()}
            findings += wrong
    return findings


def _translated(spots: Iterator[Spot], catalogue: Catalogue) -> tuple[dict[str, str], list[Finding]]:
    """What the catalogue has for these, by context, and those that are no templates or have other placeholders."""
    told: dict[str, str] = {}
    findings: list[Finding] = []
    for spot in spots:
        words = catalogue.words(spot.key)
        if words is None or catalogue.language in spot.inline:
            continue
        told[spot.key[0]] = words
        if "sentences." in spot.key[0] or "/introduction" in spot.key[0] or spot.key[0].startswith(TEAM):
            findings += _wrong(catalogue, spot, words)
    return told, findings


def _wrong(catalogue: Catalogue, spot: Spot, words: str) -> Iterator[Finding]:
    if fault := check(words):
        yield catalogue.finding(spot.key, "X601", "error", f"words: {fault}", "Copy the braces as they are above.")
        return
    try:
        ours, theirs = placeholders(spot.key[1]), placeholders(words)
    except TemplateError:
        return  # the words in the base language are broken: that is told where they stand
    if ours != theirs:
        named = ", ".join(sorted(ours ^ theirs))
        yield catalogue.finding(
            spot.key, "L502", "error", f"these words and those above differ in {named}", "Use the same names in both."
        )


def _words(
    words: Mapping[str, LanguageWords], told: Mapping[str, str], catalogue: Catalogue
) -> tuple[Mapping[str, LanguageWords], list[Finding]]:
    """The words of every language, with this one's. A language that lacks what it cannot do without is not spoken."""
    here = {context.removeprefix("words/"): text for context, text in told.items()}
    language = catalogue.language
    if not here:
        return words, []
    if lacking := [name for name in REQUIRED if name not in here]:
        return words, [catalogue.finding(
            (f"words/{lacking[0]}", ""), "L501", "warning",
            f"{language} isn't spoken yet: {', '.join(lacking)} of words.yaml aren't translated",
            "Translate them, and mark them as read.",
        )]  # fmt: skip
    try:
        made = LanguageWords.model_validate(_read(here, language))
    except (ValidationError, ValueError) as error:
        said = error.errors()[0] if isinstance(error, ValidationError) else {"loc": ("words",), "msg": str(error)}
        name = ".".join(map(str, said["loc"]))
        return words, [catalogue.finding(
            (f"words/{said['loc'][0]}", ""), "E101", "error", f"{name} of words.yaml: {said['msg']}",
            "Write one on each line, as above.",
        )]  # fmt: skip
    faults = [("E101", fault) for fault in wrong_phrases(made)] or [
        ("S705", sign) for sign in hidden_signs(language, made)
    ]
    return (words if faults else {**words, language: made}), [
        catalogue.finding((f"words/{place[0]}", ""), code, "error", f"{place[0]} of words.yaml: {fault}", "")
        for code, (place, fault) in faults
    ]


def _read(here: Mapping[str, str], language: str) -> dict[str, Any]:
    """What the translator wrote, in the shape of words.yaml."""
    found: dict[str, Any] = {
        "sentences": {},
        "global": {},
        "story_words": {},
        "refusals": {},
        "groups": {},
        "spellings": {},
        "crisis": [],
    }
    for name, text in here.items():
        kind, _, rest = name.partition(".")
        match kind:
            case "sentences":
                sentence, _, part = rest.partition(".")
                found[kind].setdefault(sentence, {})[part or "text"] = {language: text}
            case "global" | "story_words" | "refusals" | "groups" | "spellings":
                found[kind][rest] = as_list(text)
            case "crisis":
                found[kind].append({"id": rest, "phrases": as_list(text)})
            case "numbers" | "units":
                found[kind] = dict(_pairs(kind, text))
            case "name":
                found[kind] = text.strip()
            case _:
                found[kind] = as_list(text)
    return found


def _pairs(kind: str, text: str) -> Iterator[tuple[str, Any]]:
    """`deux = 2` on each line. Raises ValueError."""
    for line in as_list(text):
        word, _, value = (part.strip() for part in line.partition("="))
        if not word or not value:
            raise ValueError(f"{line!r} in {kind} isn't `word = value`")
        yield word, int(value) if kind == "numbers" else value


def _line(line: Line, told: Mapping[str, str], language: str) -> Line:
    start = f"lines/{line.key}/"
    changes: dict[str, Any] = {}
    words: dict[str, str] = {}
    for context, text in told.items():
        if context.startswith(f"{start}introduction") and line.introduction is not None:
            part = context.removeprefix(f"{start}introduction").removeprefix(".") or "text"
            slot: Text = changes.get("introduction", line.introduction)
            spoken = {**getattr(slot, part), language: text}
            changes["introduction"] = slot.model_copy(update={part: spoken})
        elif context.startswith(f"{start}keywords."):
            target = context.removeprefix(f"{start}keywords.")
            words.update(dict.fromkeys(as_list(text), target))
    if words:
        known = {word for target in keywords(line, language).values() for word in as_list(target)}
        more = {word: target for word, target in words.items() if word not in known}
        changes["keywords"] = {**line.keywords, language: {**line.keywords.get(language, {}), **more}}
    return line.model_copy(update=changes) if changes else line
