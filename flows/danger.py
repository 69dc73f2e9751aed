"""The signs of danger that come with us: `definitions/danger/<language>.yaml`, for every line that speaks the language.

A line's own words.yaml adds to them (`crisis`, `harmless`); nothing takes them away. They are read when the first text
is heard, so that a command that hears none does not pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from flows.crisis import Finder
from flows.phrases import LanguageWords, Rule, Words, spell_out
from flows.texts import Shape

FOLDER = Path(__file__).parent / "definitions" / "danger"


class Danger(Shape):
    """What stands in one of these files; see its first lines."""

    crisis: tuple[Rule, ...] = ()
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


def signs(language: str, words: LanguageWords) -> Finder:
    """What finds the signs of danger of a language: ours, and those that the line adds."""
    ours = shipped(language)
    rules = (
        *((rule.id, spell_out(rule.phrases, ours.groups)) for rule in ours.crisis),
        *((rule.id, words.spelled_out(rule.phrases)) for rule in words.crisis),
    )
    return Finder.of(rules, {**words.spellings, **ours.spellings})


def idioms(language: str, words: LanguageWords) -> Words:
    """What only looks like danger, spelled out."""
    ours = shipped(language)
    return (*spell_out(ours.harmless, ours.groups), *words.spelled_out(words.harmless))
