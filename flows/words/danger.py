"""The signs of danger that come with us: `definitions/danger/<language>.yaml`, for every line that speaks the language.

Beside them stand the weights by which a text is judged as a whole (`definitions/weights`). A line's own
words.yaml adds to the signs (`crisis`, `harmless`); nothing takes them away. They are read when the first text is
heard, so that a command that hears none does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import yaml

from flows.model.text import Shape
from flows.words.classifier import MEANINGS, Scale, Weights, grouped
from flows.words.phrase_finder import Alone, Finder
from flows.words.phrases import LanguageWords, Rule, Words, spell_out

FOLDER = Path(__file__).parents[1] / "definitions" / "danger"
WEIGHTS = FOLDER.with_name("weights")


class Danger(Shape):
    """What stands in one of these files; see its first lines."""

    crisis: tuple[Rule, ...] = ()
    alone: tuple[Rule, ...] = ()
    beside: Words = ()
    harmless: Words = ()
    groups: Mapping[str, Words] = {}
    spellings: Mapping[str, Words] = {}


@lru_cache(maxsize=32)
def shipped(language: str) -> Danger:
    """The signs that come with us in this language or its base (`es-MX`: those of `es`); none for one we have not."""
    for code in (language, language.partition("-")[0]):
        file = FOLDER / f"{code}.yaml"
        if file.is_file():
            return Danger.model_validate(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader))  # noqa: S506
    return Danger()


@lru_cache(maxsize=32)
def scale(language: str) -> Scale | None:
    """What weighs texts in this language, or its base; None for one we have not."""
    for code in (language, language.partition("-")[0]):
        files = {meaning: WEIGHTS / f"{code}.{meaning}" for meaning in MEANINGS}
        if all(file.is_file() for file in files.values()):
            read = {meaning: Weights.read(file.read_bytes()) for meaning, file in files.items()}
            return Scale(grouped(shipped(code).groups), read)
    return None


@lru_cache(maxsize=32)
def signs(language: str) -> Finder:
    """What finds the signs of danger that come with us in this language."""
    ours = shipped(language)
    return Finder.of(((rule.id, spell_out(rule.phrases, ours.groups)) for rule in ours.crisis), ours.spellings)


@lru_cache(maxsize=32)
def short_signs(language: str) -> Alone:
    """What finds those that are danger only where they are all that somebody writes."""
    ours = shipped(language)
    rules = ((rule.id, spell_out(rule.phrases, ours.groups)) for rule in ours.alone)
    return Alone.of(rules, ours.spellings, ours.beside)


def own_signs(words: LanguageWords) -> Finder | None:
    """What finds those that a line adds, if it does."""
    rules = ((rule.id, words.spelled_out(rule.phrases)) for rule in words.crisis)
    return Finder.of(rules, words.spellings) if words.crisis else None


@lru_cache(maxsize=32)
def idioms(language: str) -> Finder:
    """What only looks like danger, as it is written: a slip must not hide any."""
    ours = shipped(language)
    return replace(Finder.of([(language, spell_out(ours.harmless, ours.groups))], {}), exact=True)


def own_idioms(words: LanguageWords) -> Finder | None:
    """The idioms that a line adds, if it does."""
    found = Finder.of([("own", words.spelled_out(words.harmless))], {})
    return replace(found, exact=True) if words.harmless else None
