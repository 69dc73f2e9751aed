"""Rules about the keys of a telephone and the words of a choice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, product

from flows.checks.subject import Rule, Subject, Told, rule
from flows.model.step import Choice, StepShape
from flows.model.text import Channel, Path
from flows.words.folding import fold, one_typo

MOST_SPOKEN = 5
"""A caller keeps about five spoken options in mind; a change of language, said last, is not counted."""

LONG_ENOUGH = 4
"""Letters of a word from which on one letter more or less is easily missed; shorter words differ by more."""


@rule("V301", "error", "Give each its own key.")
def same_key(subject: Subject) -> Iterator[Told]:
    """Two choices of one channel have the same key."""
    for _, path, choices in _menus(subject):
        for (name, first), (other, second) in combinations(choices.items(), 2):
            if first.key == second.key and _shared(subject, first, second):
                yield (*path, other, "key"), f"{other!r} and {name!r} both have the key {first.key}"


@rule("V302", "warning", "Use keys of one length.")
def key_begins_another(subject: Subject) -> Iterator[Told]:
    """One key is the beginning of another, so the shorter one has to be waited for."""
    for _, path, choices in _menus(subject):
        for (name, first), (other, second) in combinations(choices.items(), 2):
            short, long = sorted((first.key, second.key), key=len)
            if short != long and long.startswith(short) and _shared(subject, first, second):
                yield (*path, other, "key"), f"the key {short} is the beginning of {long} ({name!r})"


@rule("V303", "error", "Use 1 to 9.")
def reserved_key(subject: Subject) -> Iterator[Told]:
    """0 always reaches a person and * the menu; # ends an entry."""
    meaning = {"0": "0 always means a person", "*": "* always means the menu", "#": "# ends what is entered"}
    for _, path, choices in _menus(subject):
        for name, choice in choices.items():
            if found := next((sign for sign in choice.key if sign in meaning), None):
                if found == "0" and choice.key[0] != "0":
                    continue
                yield (*path, name, "key"), f"the key {choice.key} can't be used: {meaning[found]}"


@rule("V304", "warning", "Group some in a second question, or keep some for texts with `channels: [sms]`.")
def too_many_spoken(subject: Subject) -> Iterator[Told]:
    """More choices than a listener remembers."""
    if "voice" not in subject.flow.channels:
        return
    for step, path, choices in _menus(subject):
        spoken = [
            name
            for name, choice in choices.items()
            if "voice" in choice.channels and not _changes_language(subject, step, name)
        ]
        if len(spoken) > MOST_SPOKEN:
            yield path, f"{len(spoken)} spoken choices; people remember about {MOST_SPOKEN}"


@rule("V307", "error", "Keep the word for one of them.")
def same_word(subject: Subject) -> Iterator[Told]:
    """One word means two choices, so neither can be said."""
    for _, path, choices in _menus(subject):
        for language in subject.flow.languages:
            taken: dict[str, str] = {}
            for name, choice in choices.items():
                for word in sorted({*map(fold, choice.words.words(language)), *_labels(choice, language)}):
                    if word in taken and taken[word] != name:
                        yield (*path, name), f"{word!r} means both {taken[word]!r} and {name!r} in {language}"
                    taken.setdefault(word, name)


@rule("V307", "warning", "Choose words that differ more.")
def sounds_alike(subject: Subject) -> Iterator[Told]:
    """Two choices whose words differ by a single letter, which a voice or a slip of the thumb does not tell."""
    for _, path, choices in _menus(subject):
        for language in subject.flow.languages:
            spoken = {
                name: {*map(fold, choice.words.words(language)), *_labels(choice, language)}
                for name, choice in choices.items()
            }
            for (name, first), (other, second) in combinations(spoken.items(), 2):
                alike = next((pair for pair in sorted(product(first, second)) if _alike(*pair)), None)
                if alike is not None:
                    yield (*path, other), f"{alike[1]!r} sounds like {alike[0]!r} of {name!r} in {language}"


RULES: tuple[Rule, ...] = (same_key, key_begins_another, reserved_key, too_many_spoken, same_word, sounds_alike)


def _alike(text: str, other: str) -> bool:
    """Whether these different words are a letter apart. Numbers are never alike: they are said as words."""
    long = min(len(text), len(other)) >= LONG_ENOUGH
    return long and text != other and not re.search(r"\d", text + other) and one_typo(text, other)


def _menus(subject: Subject) -> Iterator[tuple[StepShape, Path, dict[str, Choice]]]:
    for step in subject.flow.steps:
        if step.menu:
            yield step, subject.path(step.id, "choices"), dict(step.menu)


def _shared(subject: Subject, first: Choice, second: Choice) -> set[Channel]:
    return set(first.channels) & set(second.channels) & set(subject.flow.channels)


def _changes_language(subject: Subject, step: StepShape, name: str) -> bool:
    target = step.then.get(name)
    return target is not None and subject.flow.step(target).changes_language


def _labels(choice: Choice, language: str) -> set[str]:
    return {fold(words) for part, spoken, words in choice.label.sources() if spoken == language}
