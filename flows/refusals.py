"""Reads whether a text refuses our texts, or says by which channel we may come: all of it, not a part of it.

A text is laid out with phrases: what refuses, what people say beside it (thanks, who is this, I am at work), and words
that carry nothing. Only where no word is left over is it a refusal, for what somebody quotes, asks or says about others
is none. Where one clause refuses and something else stands beside it, it may be one: then the line asks back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from flows.crisis import Finder, joined
from flows.folding import fold
from flows.phrases import LanguageWords

Wish = Literal["stop", "text_only", "call_only", "maybe_stop"]

LONGEST_REFUSAL = 240
MOST_WORDS = 48

_CLAUSES = re.compile(r"[.,;:!?¡¿\n()/|]+|\s[-–—~]+\s?|^[-–—~]+")
_SIGNATURE = re.compile(r"[A-ZÁÉÍÓÚÑ][\w.]*(?:\s[A-ZÁÉÍÓÚÑ][\w.]*){0,2}")
_PLAIN = re.compile(r"[^\W_]")

Part = Literal["keyword", "refusal", "text_only", "call_only", "call_me", "filler", "beside"]
Layout = frozenset[Part]
"""What a way of laying a text out has used, `beside` left out: it says nothing."""

_EMPTY: Layout = frozenset()


@dataclass(frozen=True)
class Refusal:
    """wish: what is wanted. language: in which it was said, where that is plain. bare: a keyword such as STOP."""

    wish: Wish
    language: str | None = None
    bare: bool = False


@dataclass(frozen=True)
class RefusalReader:
    """Reads in all `languages` at once: people mix them. `keywords` are the words that stop texts, folded."""

    languages: Mapping[str, LanguageWords]
    keywords: frozenset[str]

    def read(self, text: str, is_danger: Callable[[str], bool] | None = None) -> Refusal | None:
        """What `text` refuses, if it does. Clauses in which there `is_danger` are left out of it."""
        whole = _words(text) if len(text) <= LONGEST_REFUSAL else []
        if not 0 < len(whole) <= MOST_WORDS or not self._may_refuse(whole):
            return None
        clauses = [clause for clause in _clauses(text) if is_danger is None or not is_danger(clause)]
        said = [_words(clause) for clause in self._unsigned(clauses)]
        words = [word for clause in said for word in clause]
        for candidate in (words, whole) if is_danger is None else (words,):
            layouts = self._layouts(candidate)
            if (wish := _wish(layouts)) is not None:
                bare = wish == "stop" and not any("refusal" in layout for layout in layouts)
                return Refusal(wish, self._language(candidate), bare)
        if any(self._begins_with_a_refusal(clause) for clause in said):
            return Refusal("maybe_stop", self._language(words))
        return None

    def _may_refuse(self, words: list[str]) -> bool:
        """Whether anything in it could: most texts have nothing of the kind, and cost no more than this."""
        return any(word in self.keywords for word in words) or any(
            span.rule not in ("beside", "call_me") for span in self._phrases.spans(words)
        )

    def _begins_with_a_refusal(self, words: list[str]) -> bool:
        """Whether this clause refuses, or at least its first words do, in more than a bare keyword."""
        return _wish(self._layouts(words)) == "stop" or any(
            "refusal" in layout for end in range(1, len(words)) for layout in self._layouts(words[:end])
        )

    def _unsigned(self, clauses: list[str]) -> list[str]:
        """The clauses without the name of who writes: "Stop, thanks, Bob"."""
        if len(clauses) < 2 or not _SIGNATURE.fullmatch(clauses[-1]):
            return clauses
        before = _words(clauses[-2])
        return clauses[:-1] if before and (before[-1] in self._courtesy or before[-1] in self.keywords) else clauses

    def _layouts(self, words: list[str]) -> frozenset[Layout]:
        """What each way of laying all of `words` out has used; none where something is always left over."""
        reached: list[set[Layout]] = [set() for _ in range(len(words) + 1)]
        reached[0].add(_EMPTY)
        phrases: dict[int, set[tuple[int, Layout]]] = {}
        for span in self._phrases.spans(words):
            phrases.setdefault(span.start, set()).add((span.end, _layout(span.rule)))
        for place, word in enumerate(words):
            alone = {(place + 1, layout) for layout in self._alone(word)}
            for end, layout in (phrases.get(place, set()) | alone) if reached[place] else ():
                reached[end] |= {before | layout for before in reached[place]}
        return frozenset(reached[len(words)])

    def _alone(self, word: str) -> Iterable[Layout]:
        """What a word may be by itself."""
        if word in self._courtesy:
            yield _EMPTY
        if word in self.keywords:
            yield frozenset({"keyword"})
        if word in self._filler:
            yield frozenset({"filler"})

    def _language(self, words: list[str]) -> str | None:
        """The language in which it refuses, if it is one. The network's own keywords are in none."""
        found = {
            language
            for language, finder in self._by_language.items()
            if any(span.rule != "beside" for span in finder.spans(words))
        }
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _courtesy(self) -> frozenset[str]:
        return frozenset(fold(word) for words in self.languages.values() for word in words.refusals.courtesy)

    @cached_property
    def _filler(self) -> frozenset[str]:
        return frozenset(fold(word) for words in self.languages.values() for word in words.refusals.filler)

    @cached_property
    def _phrases(self) -> Finder:
        spellings: dict[str, tuple[str, ...]] = {}
        for words in self.languages.values():
            spellings.update(words.spellings)
        return Finder.of((part for words in self.languages.values() for part in _listed(words)), spellings)

    @cached_property
    def _by_language(self) -> Mapping[str, Finder]:
        return {language: Finder.of(_listed(words), {}) for language, words in self.languages.items()}


def _listed(words: LanguageWords) -> Iterable[tuple[Part, tuple[str, ...]]]:
    said = words.refusals
    yield "refusal", words.spelled_out(said.phrases)
    yield "beside", words.spelled_out(said.beside)
    yield "text_only", words.spelled_out(said.text_only)
    yield "call_only", words.spelled_out(said.call_only)
    yield "call_me", words.spelled_out(words.call_me)


def _layout(part: str) -> Layout:
    return _EMPTY if part == "beside" else frozenset({part})  # type: ignore[arg-type]  # the parts of _listed


def _wish(layouts: Iterable[Layout]) -> Wish | None:
    """What all of a text wants, by the ways in which it could be laid out."""
    found = {wish for layout in layouts if (wish := _wish_of(layout)) is not None}
    return next((wish for wish in ("call_only", "text_only", "stop") if wish in found), None)


def _wish_of(used: Layout) -> Literal["stop", "text_only", "call_only"] | None:
    refuses = "refusal" in used or ("keyword" in used and "filler" not in used)
    if ("call_only" in used and "text_only" not in used) or (refuses and "call_me" in used):
        return "call_only"
    if refuses:
        return "stop"
    return "text_only" if "text_only" in used else None


def _clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSES.split(text) if _PLAIN.search(part)]


def _words(text: str) -> list[str]:
    """The words of `text` without its pictures; letters that stand alone are one word (S T O P)."""
    return [word for word in joined(fold(text).split()) if _PLAIN.search(word)]
