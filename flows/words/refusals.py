"""Reads whether a text refuses our texts, or says by which channel we may come.

A text is laid out, clause by clause, with phrases: what refuses, what people say beside it (thanks, who is this, I am
at work), and words that carry nothing. Where no word is left over, it means what its phrases mean. Where some are, a
clear refusal (stop texting me, wrong number) is meant all the same, unless its clause tells of it, asks, negates or
limits it, or means it for somebody else. What is only begun or hinted at so, the line asks back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from flows.words.folding import fold
from flows.words.misspelling import words_in
from flows.words.phrase_finder import Span
from flows.words.phrases import NAME
from flows.words.refusal_layouts import MOST_WORDS, NOTHING, Layer, Layout, Layouts, layout_of, together

Wish = Literal["stop", "text_only", "call_only", "maybe_stop"]
Manner = Literal["bare", "vague", "definite"]
"""A keyword such as STOP; words that may refuse anything ("no more", "not interested"); or what names our texts."""

LONGEST_REFUSAL = 320

CLEAR = {"clear": 1, "text_only": 3, "call_only": 3, "call_me": 2, "text_me": 2}
"""Words of a phrase that is meant although its clause says more."""
NEAR = 5
"""Words before a refusal that may make a question of it, or what somebody else does."""

_CLAUSES = re.compile(r"[.,;:!?¡¿\n()/|…=]+|\s[-–—~]+\s?|^[-–—~]+|[-–—~]+$")
_QUOTED = re.compile(r"[\"“”«][^\"“”«»]*[\"“”»]|(?<!\w)['‘][^'’]*['’](?!\w)")
_NAME = r"[A-ZÁÉÍÓÚÑ]\w*[a-záéíóúñ]"
_NAMED = re.compile(rf"(?<![\w'’]){_NAME}(?:['’]s)?(?!\w)")
_SIGNED = re.compile(rf"(?:{_NAME}|{NAME})(?: {NAME})*")
_PAST = re.compile(r"(?<=\w{3})(?<!apunt)(?<!autoric)(?<!registr)(?<!anot)(?<!solicit)(?<!acept)(?<!firm)é\b")
"""What somebody did (borré) is not what we are asked to do (borre), though accents count nowhere else. Who says that
he signed nothing (no me apunté) is understood."""

_FIRST = re.compile(r"[^\w\"“'‘]*(\w+)\s*[-–—.,;:!=\n](.*)", re.DOTALL)
_SMALL = re.compile(r"(?<!\w)[a-záéíóúñü]")

_HE = re.compile(r"\bél\b", re.IGNORECASE)
"""He, who without his accent is an article, is somebody else as she is."""

_SIGNS = str.maketrans({"#": " number ", "+": " mas ", ">": " over "})
_PLAIN = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Refusal:
    """wish: what is wanted. language: in which it was said, where that is plain."""

    wish: Wish
    language: str | None = None
    manner: Manner = "definite"


@dataclass(frozen=True)
class _Clause:
    """Words in a row, the ways to lay them out, and the phrases that are found in them.

    noise: words that may stand anywhere within a phrase.
    """

    words: list[str]
    layouts: Layouts
    found: frozenset[Span]
    noise: frozenset[str]

    @cached_property
    def wish(self) -> Wish | None:
        return _wish(self.layouts)

    @property
    def spoken(self) -> bool:
        """Whether it says what it wants in more than a keyword, which may be a word of anything."""
        return self.wish is not None and (self.wish != "stop" or any("refusal" in layout for layout in self.layouts))

    @cached_property
    def spans(self) -> frozenset[Span]:
        """Where phrases stand, without words such as "of" after one, which begin something else."""
        noisy = {span for span in self.found if span.rule != "beside" and self.words[span.end - 1] in self.noise}
        shorter = {span for span in noisy if replace(span, end=span.end - 1) in self.found}
        return self.found - shorter

    @cached_property
    def meant(self) -> list[Span]:
        """The phrases without those that are only a part of one that says something else."""
        return [span for span in self.spans if not any(_within(span, other) for other in self.spans)]

    @cached_property
    def unsaid(self) -> list[str]:
        """The words without those of phrases that are about us ("I told you", "I want to")."""
        long = (span for span in self.spans if span.end - span.start > 1)
        covered = {place for span in long for place in range(span.start, span.end)}
        return ["" if place in covered else word for place, word in enumerate(self.words)]


@dataclass(frozen=True)
class RefusalReader:
    """Reads texts with the words of `layer`."""

    layer: Layer

    def read(self, text: str, *, in_danger: bool = False) -> Refusal | None:
        """What `text` refuses, if it does. Of somebody in danger nothing is asked back: a clause that refuses does."""
        if len(text) > LONGEST_REFUSAL:
            return None
        text = _NAMED.sub(self._named, text.translate(_SIGNS))
        if not self.layer.has_wishes(text):
            return None
        parts = _parted(text)
        clauses = self._unsigned([self._clause(part) for part in parts], parts)
        layouts = together(clause.layouts for clause in clauses)
        if not layouts and all(len(clause.words) == 1 for clause in clauses):
            layouts = self._clause(" ".join(parts)).layouts
        if (wish := _wish(layouts)) is None:
            layouts, unquoted = {}, _QUOTED.sub(" 0 ", text)
            if unquoted != text:
                clauses = [self._clause(part) for part in _parted(unquoted)]
            wish = self._signed(text, clauses) or self._in_part(
                [piece for clause in clauses for piece in self._pieces(clause)], in_danger
            )
        if wish is None:
            return None
        words = [word for clause in clauses for word in clause.words]
        found = self.layer.languages_of(words)
        return Refusal(wish, found.pop() if len(found) == 1 else None, self._manner(wish, layouts, clauses, words))

    def _manner(self, wish: Wish, layouts: Layouts, clauses: list[_Clause], words: list[str]) -> Manner:
        if wish != "stop" or any(self._of_us(clause, clauses) for clause in clauses):
            return "definite"
        if not any(map(self.layer.is_keyword, words)):
            return "vague"
        return "definite" if any("refusal" in layout for layout in layouts) or not layouts else "bare"

    def _in_part(self, pieces: list[_Clause], in_danger: bool) -> Wish | None:
        """What a text wants of which something is left over."""
        told = any(not self.layer.told.isdisjoint(piece.unsaid) for piece in pieces)
        wants = [_plain(piece.layouts) for piece in pieces if piece.layouts and self._of_us(piece, pieces)]
        wants += [clear for piece in pieces if not piece.layouts and (clear := self._clear(piece))]
        wish = None if told else _wish_of(frozenset().union(*wants))
        if wish is not None and wish != "stop":
            return wish
        first, last = (pieces[0].wish, pieces[-1].wish) if pieces else (None, None)
        keyword = not told and "stop" in (first, last)
        if in_danger:
            return "stop" if wish or keyword else None
        hinted = keyword or any(piece.spoken or self._begins(piece) for piece in pieces)
        return wish or ("maybe_stop" if hinted else None)

    def _signed(self, text: str, clauses: list[_Clause]) -> Wish | None:
        """A keyword at the beginning: in capitals and set off, or before nothing but names ("Stop - J. Doe, OH")."""
        found = _FIRST.match(text)
        if found is None or not self.layer.is_keyword(fold(found[1])) or "?" in text:
            return None
        rest = {word for clause in clauses[1:] for word in clause.words}
        if not rest.isdisjoint(self.layer.doubts | self.layer.negations):
            return None
        return "stop" if found[1].isupper() or not _SMALL.search(found[2].replace(NAME, "")) else None

    def _of_us(self, piece: _Clause, pieces: list[_Clause]) -> bool:
        """Whether our texts, the number or the list are named with what a clause wants: it is about nothing else."""
        return (
            any(span.rule == "clear" for span in piece.found)
            or piece.wish in ("text_only", "call_only")
            or any(not self.layer.ours.isdisjoint(other.words) for other in pieces)
        )

    def _clear(self, piece: _Clause) -> Layout:
        """What a clause asks of us so plainly that words which we do not know may stand beside it."""
        layer, open_ = self.layer, piece.unsaid
        used: Layout = NOTHING
        for span in piece.meant:
            if span.end - span.start < CLEAR.get(span.rule, MOST_WORDS):
                continue
            before, after = open_[: span.start], open_[span.end :]
            begun = max(layer.begun(piece.words, span.start), span.start - NEAR)
            if span.rule != "clear":
                used |= layout_of(span.rule) if layer.doubts.isdisjoint(before[begun:]) else NOTHING
            elif layer.doubts.isdisjoint(before + after) and layer.apart.isdisjoint(before[begun:]):
                used |= layout_of(span.rule) if layer.limits.isdisjoint(after) else NOTHING
        return used

    def _begins(self, piece: _Clause) -> bool:
        """Whether a clause begins with a clear refusal, whatever it goes on to say."""
        before = self.layer.courtesy | {""}
        return any(span.rule == "clear" and before.issuperset(piece.unsaid[: span.start]) for span in piece.meant)

    def _pieces(self, clause: _Clause) -> Iterator[_Clause]:
        """A clause that cannot be laid out in whole, divided where a reason begins: "take me off because I moved"."""
        if clause.layouts or self.layer.joints.isdisjoint(clause.words[1:]):
            yield clause
            return
        piece: list[str] = []
        for word in [*clause.words, ""]:
            if piece and (not word or word in self.layer.joints):
                yield self._laid_out(piece)
                piece = []
            piece.append(word)

    def _unsigned(self, clauses: list[_Clause], parts: list[str]) -> list[_Clause]:
        """The clauses without the name of who writes: "Stop, thanks, Bob"."""
        kept = len(clauses)
        while kept > 1 and not clauses[kept - 1].layouts and _SIGNED.fullmatch(parts[kept - 1]):
            kept -= 1
        return clauses[:kept]

    def _clause(self, part: str) -> _Clause:
        """The words of a clause, in the first reading that can be laid out."""
        readings = [
            [word for word in reading if _PLAIN.search(word)]
            for reading in self.layer.phrases.readings(words_in(_HE.sub("ella", _PAST.sub("x", part))))
        ]
        answers = " ".join(readings[-1]) in self.layer.answers
        for reading in readings:
            clause = self._laid_out(reading)
            if clause.layouts and not answers:
                return replace(clause, layouts=_kept(clause.layouts))
        return replace(clause, layouts={NOTHING: 1}) if answers else clause

    def _laid_out(self, words: list[str]) -> _Clause:
        found = frozenset(self.layer.phrases.spans(words))
        return _Clause(words, self.layer.lay_out(words, found), found, self.layer.noise)

    def _named(self, found: re.Match[str]) -> str:
        return found[0] if fold(found[0]) in self.layer.known else NAME


def _within(span: Span, other: Span) -> bool:
    """Whether a phrase is only a part of one that says something else."""
    longer = other.end - other.start > span.end - span.start
    return (
        longer and layout_of(other.rule) != layout_of(span.rule) and other.start <= span.start and span.end <= other.end
    )


def _parted(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSES.split(text) if _PLAIN.search(part)]


def _kept(layouts: Layouts) -> Layouts:
    """Without the filler of a clause that has no keyword: it makes no sentence of that of another."""
    kept: dict[Layout, int] = {}
    for layout, pieces in layouts.items():
        short = layout if "keyword" in layout else layout - {"filler"}
        kept[short] = min(pieces, kept.get(short, pieces))
    return kept


def _plain(layouts: Layouts) -> Layout:
    """What the likeliest way to lay a clause out has used, of those with its wish."""
    wish = _wish(layouts)
    return min(
        (layout for layout in layouts if _wish_of(layout) == wish), key=lambda layout: (layouts[layout], sorted(layout))
    )


def _wish(layouts: Layouts) -> Wish | None:
    """What all of a text wants, by the ways in which it could be laid out."""
    wishes = {layout: wish for layout in layouts if (wish := _wish_of(layout)) is not None}
    fewest = min((layouts[layout] for layout in wishes), default=0)
    likely = {wish for layout, wish in wishes.items() if layouts[layout] == fewest}
    return "stop" if "stop" in likely else _first_of(likely)


def _wish_of(used: Layout) -> Wish | None:
    refuses = "refusal" in used or ("keyword" in used and "filler" not in used)
    if ("call_only" in used and "text_only" not in used) or (refuses and "call_me" in used):
        return "call_only"
    if refuses and "text_me" in used:
        return "text_only"
    if refuses:
        return "stop"
    return "text_only" if "text_only" in used else None


def _first_of(wishes: Iterable[Wish | None]) -> Wish | None:
    found = set(wishes)
    return next((wish for wish in ("call_only", "text_only", "stop") if wish in found), None)
