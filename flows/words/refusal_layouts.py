"""Lays words out with the phrases and lists of `refusals` (words.yaml): what each way of doing so has used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, cast

from flows.words.folding import fold
from flows.words.misspelling import words_in
from flows.words.phrase_finder import Finder, Span
from flows.words.phrases import NAME, LanguageWords

MOST_WORDS = 64

Part = Literal["clear", "keyword", "refusal", "text_only", "call_only", "text_me", "call_me", "filler", "beside"]
Layout = frozenset[Part]
"""What a way of laying words out has used, `beside` left out: it says nothing."""

Layouts = Mapping[Layout, int]
"""The ways to lay words out, each with the fewest pieces that it takes: longer phrases are meant first."""

NOTHING: Layout = frozenset()
WISHES: frozenset[str] = frozenset({"clear", "refusal", "keyword", "text_only", "call_only"})

_RUN = re.compile(r"(.)\1+")


@dataclass(frozen=True)
class Layer:
    """Of all `languages` at once: people mix them. `keywords` are the words that stop texts, folded."""

    languages: Mapping[str, LanguageWords]
    keywords: frozenset[str]

    def has_wishes(self, text: str) -> bool:
        """Whether `text` could want anything of the kind: most have no such word, and cost no more than this."""
        for words in self._wishes.readings(words_in(text)):
            if not 0 < len(words) <= MOST_WORDS:
                return False
            if self._has_keyword(words) or any(self._wishes.spans(words)):
                return True
        return False

    def _has_keyword(self, words: list[str]) -> bool:
        said = (*words, *_RUN.sub(r"\1", " ".join(words)).split())
        return not self.keywords.isdisjoint(said) or self.is_keyword("".join(words))

    def is_keyword(self, word: str) -> bool:
        """Whether this stops texts: STOP, stoppp."""
        return word in self.keywords or _RUN.sub(r"\1", word) in self.keywords

    def lay_out(self, words: list[str], spans: Iterable[Span]) -> Layouts:
        """The ways to lay all of `words` out, in which `spans` are the phrases; none where something is left over."""
        together = " ".join(words)
        if self.is_keyword(together) or self.is_keyword(together.replace(" ", "")):
            return {frozenset({"keyword"}): 1}
        reached: list[dict[Layout, int]] = [{} for _ in range(len(words) + 1)]
        reached[0][NOTHING] = 0
        phrases: dict[int, set[tuple[int, Layout]]] = {}
        for span in spans:
            phrases.setdefault(span.start, set()).add((span.end, layout_of(span.rule)))
        for place in range(len(words)):
            alone = {(place + 1, layout) for layout in self._alone(words, place)}
            for end, layout in (phrases.get(place, set()) | alone) if reached[place] else ():
                for before, pieces in reached[place].items():
                    after = before | layout
                    reached[end][after] = min(pieces + 1, reached[end].get(after, pieces + 1))
        return reached[len(words)]

    def _alone(self, words: list[str], place: int) -> Iterable[Layout]:
        """What a word may be by itself. A name says nothing after a courtesy: "hi Ana"."""
        word, before = words[place], words[place - 1] if place else ""
        if (
            word in self.courtesy
            or (word == NAME and (before in self.courtesy or before == NAME))
            or (word in self.joints and (before in self.courtesy or not place))
        ):
            yield NOTHING
        negated = before in self._filler and not self.negations.isdisjoint(words[:place])  # "not want you to stop"
        if self.is_keyword(word) and not negated:
            yield frozenset({"keyword"})

    def begun(self, words: list[str], end: int) -> int:
        """Where the part of a clause begins that goes on to `end`: after the last "and" or "so"."""
        return max((place + 1 for place in range(end) if words[place] in self.links), default=0)

    def languages_of(self, words: list[str]) -> set[str]:
        """The languages in which these words want something."""
        return {code for code, finder in self._by_language.items() if any(finder.spans(words))}

    def _all(self, name: str) -> frozenset[str]:
        return frozenset(fold(word) for words in self.languages.values() for word in getattr(words.refusals, name))

    @cached_property
    def courtesy(self) -> frozenset[str]:
        """Words that carry nothing, even beside a keyword."""
        return self._all("courtesy")

    @cached_property
    def joints(self) -> frozenset[str]:
        """Words with which a reason begins."""
        return self._all("joints")

    @cached_property
    def links(self) -> frozenset[str]:
        """Words by which a clause goes on with something else."""
        return self._all("links")

    @cached_property
    def told(self) -> frozenset[str]:
        """Words by which somebody repeats what was said."""
        return self._all("told")

    @cached_property
    def doubts(self) -> frozenset[str]:
        """Words by which a refusal is told, limited or meant for others."""
        return self._all("doubts") | self.told

    @cached_property
    def noise(self) -> frozenset[str]:
        """Words that may stand anywhere within a phrase."""
        return self._all("noise")

    @cached_property
    def apart(self) -> frozenset[str]:
        """Words after which what looks like a refusal is asked, or somebody else's: "are you", "my friends"."""
        return self._all("apart") | self.negations

    @cached_property
    def limits(self) -> frozenset[str]:
        """Words after a refusal by which only some of our texts are meant, or those of others."""
        return self._all("limits")

    @cached_property
    def ours(self) -> frozenset[str]:
        """Words for our texts, for the number that they come to, and for the list that it stands on."""
        return self._all("ours")

    @cached_property
    def _filler(self) -> frozenset[str]:
        return self._all("filler")

    @cached_property
    def negations(self) -> frozenset[str]:
        """Words that turn round what follows."""
        return frozenset(fold(word) for words in self.languages.values() for word in words.negations)

    @cached_property
    def answers(self) -> frozenset[str]:
        """Whole clauses that answer something else and say nothing of our texts: no, yes, no thanks."""
        return frozenset(fold(word) for words in self.languages.values() for word in (*words.yes, *words.no))

    @cached_property
    def known(self) -> frozenset[str]:
        """Words that are no names, however they are written."""
        named = frozenset(fold(word) for words in self.languages.values() for word in words.groups.get("name", ()))
        listed = self.courtesy | self.joints | self.doubts | self.apart | self.limits | self._filler | self.keywords
        return (listed | self.phrases.vocabulary) - named

    def _finder(self, listed: Iterable[tuple[Part, tuple[str, ...]]]) -> Finder:
        return replace(Finder.of(listed, self._spellings), firm=True, noise=self.noise)

    @cached_property
    def phrases(self) -> Finder:
        return self._finder(part for words in self.languages.values() for part in _listed(words))

    @cached_property
    def _wishes(self) -> Finder:
        """The phrases without which there is nothing to read."""
        listed = (part for words in self.languages.values() for part in _listed(words))
        return self._finder(part for part in listed if part[0] in WISHES)

    @cached_property
    def _by_language(self) -> Mapping[str, Finder]:
        return {
            code: self._finder(part for part in _listed(words) if part[0] in WISHES)
            for code, words in self.languages.items()
        }

    @cached_property
    def _spellings(self) -> Mapping[str, tuple[str, ...]]:
        """Those of negations: other words are written in the phrases as people write them."""
        spellings: dict[str, tuple[str, ...]] = {}
        for words in self.languages.values():
            for word in words.negations:
                spellings[word] = (*spellings.get(word, ()), *words.spellings.get(word, ()))
        return spellings


def _listed(words: LanguageWords) -> Iterable[tuple[Part, tuple[str, ...]]]:
    said = words.refusals
    yield "clear", words.spelled_out(said.clear)
    yield "refusal", words.spelled_out(said.phrases)
    yield "keyword", words.spelled_out(said.bare)
    yield "beside", words.spelled_out(said.beside)
    yield "text_only", words.spelled_out(said.text_only)
    yield "call_only", words.spelled_out(said.call_only)
    yield "text_me", words.spelled_out(said.text_me)
    yield "call_me", words.spelled_out(words.call_me)
    yield "filler", words.spelled_out(said.filler)


def layout_of(part: str) -> Layout:
    """What one phrase uses."""
    if part == "beside":
        return NOTHING
    return frozenset({"refusal"}) if part == "clear" else frozenset({cast(Part, part)})


def together(parts: Iterable[Layouts]) -> Layouts:
    """The ways to lay all these parts of a text out."""
    found: dict[Layout, int] = {NOTHING: 0}
    for part in parts:
        longer: dict[Layout, int] = {}
        for before, pieces in found.items():
            for layout, more in part.items():
                after = before | layout
                longer[after] = min(pieces + more, longer.get(after, pieces + more))
        found = longer
    return found
