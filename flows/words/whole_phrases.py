"""Finds phrases that must be all of a text: "stop me" is a cry, and in "the cops stop me all the time" it is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from unicodedata import category, name

from flows.words.folding import fold
from flows.words.misspelling import words_in
from flows.words.phrase_finder import Finder

LONGEST = 100
"""Letters of a text that is looked at: more is never a phrase with a courtesy beside it."""


@dataclass(frozen=True)
class Alone:
    """Rules of one language whose phrases are heard where nothing stands beside them but words of `beside`."""

    finder: Finder
    beside: frozenset[str]

    @staticmethod
    def of(
        rules: Iterable[tuple[str, Iterable[str]]], spellings: Mapping[str, Iterable[str]], beside: Iterable[str]
    ) -> Alone:
        """What finds these, without slips: "noise" is no noose. Raises ValueError for a phrase that is none."""
        return Alone(replace(Finder.of(rules, spellings), exact=True), frozenset(map(fold, beside)))

    def find(self, text: str) -> str | None:
        """The rule with a phrase that is the whole of `text`, or None."""
        if len(text) > LONGEST:
            return None
        words = words_in(text if text.isascii() else _named(text))
        if not all(word in self._others or self.finder.knows(word) for word in words):
            return None
        for tokens in self.finder.readings(words):
            for span in self.finder.spans(tokens):
                if self.beside.issuperset(tokens[: span.start] + tokens[span.end :]):
                    return span.rule
        return None

    @cached_property
    def _others(self) -> frozenset[str]:
        """Words that may be in such a text, and are in no phrase as they stand. Most texts have one that is unknown."""
        return self.beside.union(*self.finder.spellings)


def _named(text: str) -> str:
    """With each picture as a word, its Unicode name: people write them in rows."""
    return "".join(f" {name(char, '').replace(' ', '')} " if category(char) == "So" else char for char in text)
