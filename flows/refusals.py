"""Reads whether a text refuses our texts, or says by which channel we may come.

A text is laid out, clause by clause, with phrases: what refuses, what people say beside it (thanks, who is this, I am
at work), and words that carry nothing. Where no word is left over, it means what its phrases mean. Where some are, a
clause that refuses by itself still does beside a plain reason ("My counselor gave you my number. Take me off."). Where
refusals are told, asked or meant for others (said, if, she), or the rest is about something else, the line asks back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from flows.folding import fold
from flows.layouts import MOST_WORDS, NOTHING, Layer, Layout, Layouts, layout_of, together
from flows.phrases import NAME

Wish = Literal["stop", "text_only", "call_only", "maybe_stop"]

LONGEST_REFUSAL = 320
DEFINITE = {"refusal": 3, "text_only": 3, "call_only": 3}
"""Words of a phrase that is meant though its clause goes on: "leave me alone" is, "go away" may be anything."""

CLEAR = {"clear": 1, "text_only": 3, "call_only": 3}
BESIDE = frozenset({"beside", "filler", "refusal", "clear"})

_CLAUSES = re.compile(r"[.,;:!?¡¿\n()/|…]+|\s[-–—~]+\s?|^[-–—~]+|[-–—~]+$")
_QUOTED = re.compile(r"[\"“”«][^\"“”«»]*[\"“”»]|(?<!\w)['‘][^'’]*['’](?!\w)")
_NAME = r"[A-ZÁÉÍÓÚÑ]\w*[a-záéíóúñ]"
_NAMED = re.compile(rf"(?<![\w'’]){_NAME}(?:['’]s)?(?!\w)")
_SIGNED = re.compile(rf"(?:{_NAME}|{NAME})(?: {NAME})*")
_PAST = re.compile(r"(?<=\w{3})é\b")
"""What somebody did (borré) is not what we are asked to do (borre), though accents count nowhere else."""

_SIGNS = str.maketrans({"#": " number ", "+": " mas ", ">": " over "})
_PLAIN = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Refusal:
    """wish: what is wanted. language: in which it was said, where that is plain. bare: a keyword such as STOP."""

    wish: Wish
    language: str | None = None
    bare: bool = False


class _Clause(NamedTuple):
    """Words in a row, and the ways to lay them out."""

    words: list[str]
    layouts: Layouts

    @property
    def wish(self) -> Wish | None:
        return _wish(self.layouts)

    @property
    def spoken(self) -> bool:
        """Whether it says what it wants in more than a keyword, which may be a word of anything."""
        return self.wish is not None and (self.wish != "stop" or any("refusal" in one for one in self.layouts))


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
            wish = self._in_part([piece for clause in clauses for piece in self._pieces(clause)], in_danger)
        if wish is None:
            return None
        found = self.layer.languages_of([word for clause in clauses for word in clause.words])
        bare = wish == "stop" and bool(layouts) and not any("refusal" in layout for layout in layouts)
        return Refusal(wish, found.pop() if len(found) == 1 else None, bare)

    def _in_part(self, pieces: list[_Clause], in_danger: bool) -> Wish | None:
        """What a text wants of which something is left over."""
        layer = self.layer
        hidden = self._told(pieces)
        if not hidden and (clear := _first_of(self._clear(piece.words) for piece in pieces)):
            return clear
        open_ = [piece for piece in pieces if not piece.layouts]
        edges = [self._edge(piece.words) for piece in open_]
        left = {word for _, rest in edges for word in rest}
        spoken = [piece.wish for piece in pieces if piece.spoken]
        found = _first_of([*spoken, *(wish for wish, _ in edges)])
        bare = bool(pieces) and "stop" in (pieces[0].wish, pieces[-1].wish)
        if in_danger:
            return "stop" if (found == "stop" or bare) and left.isdisjoint(layer.told) else None
        if found in ("text_only", "call_only"):
            return found if left.isdisjoint(layer.told) else None
        if left.isdisjoint(layer.told | layer.doubts):
            meant = self._names_us(pieces) or not left.isdisjoint(layer.about)
            if found and meant and (spoken or left.isdisjoint(layer.negations)):
                return found
            return "maybe_stop" if found or bare else None
        begun = any(
            wish == "stop" and rest != piece.words[: len(rest)]
            for piece, (wish, rest) in zip(open_, edges, strict=True)
        )
        return "maybe_stop" if spoken or begun else None

    def _told(self, clauses: list[_Clause]) -> bool:
        """Whether a text tells what was said by others, or is taken back."""
        return any(not self.layer.told.isdisjoint(self._bare_of_beside(clause.words)) for clause in clauses)

    def _bare_of_beside(self, words: list[str]) -> list[str]:
        """Words without those of phrases that say nothing by themselves ("I told you", "I want to")."""
        covered = {
            place
            for span in self.layer.phrases.spans(words)
            if span.rule in BESIDE and span.end - span.start > 1
            for place in range(span.start, span.end)
        }
        return ["" if place in covered else word for place, word in enumerate(words)]

    def _clear(self, words: list[str]) -> Wish | None:
        """What a clause asks of us so plainly that words which we do not know may stand beside it."""
        layer = self.layer
        bare = self._bare_of_beside(words)
        for span in sorted(layer.phrases.spans(words), key=lambda span: span.start - span.end):
            if span.end - span.start < CLEAR.get(span.rule, MOST_WORDS):
                continue
            if layer.apart.isdisjoint(bare[: span.start]) and layer.limits.isdisjoint(bare[span.end :]):
                return _wish({layout_of(span.rule): 1})
        return None

    def _names_us(self, pieces: list[_Clause]) -> bool:
        """Whether what refuses names our texts, the number or the list, so that it can be about nothing else."""
        refusing = (
            piece.words for piece in pieces if piece.spoken or (not piece.layouts and self._edge(piece.words)[0])
        )
        return any(not self.layer.ours.isdisjoint(words) for words in refusing)

    def _edge(self, words: list[str]) -> tuple[Wish | None, list[str]]:
        """What a clause wants that begins or ends with a definite phrase, and the words that are left over."""
        for span in sorted(self.layer.phrases.spans(words), key=lambda span: span.start - span.end):
            if span.end - span.start < DEFINITE.get(span.rule, MOST_WORDS):
                continue
            before, after = words[: span.start], words[span.end :]
            wish = _wish({layout_of(span.rule): 1})
            if not before or self.layer.lay_out(before):
                return wish, after
            if (not after or self.layer.lay_out(after)) and before[-1] not in self.layer.loose:
                return wish, before
        return None, words

    def _pieces(self, clause: _Clause) -> Iterator[_Clause]:
        """A clause that cannot be laid out in whole, divided where a reason begins: "take me off because I moved"."""
        if clause.layouts:
            yield clause
            return
        piece: list[str] = []
        for word in [*clause.words, ""]:
            if piece and (not word or word in self.layer.joints):
                yield _Clause(piece, self.layer.lay_out(piece))
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
            for reading in self.layer.phrases.readings(_PAST.sub("x", part))
        ]
        words = readings[-1]
        if " ".join(words) in self.layer.answers:
            return _Clause(words, {NOTHING: 1})
        for reading in readings:
            if layouts := self.layer.lay_out(reading):
                return _Clause(reading, {_kept(layout): pieces for layout, pieces in layouts.items()})
        return _Clause(words, {})

    def _named(self, found: re.Match[str]) -> str:
        return found[0] if fold(found[0]) in self.layer.known else NAME


def _parted(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSES.split(text) if _PLAIN.search(part)]


def _kept(layout: Layout) -> Layout:
    """Without the filler of a clause that has no keyword: it makes no sentence of that of another."""
    return layout if "keyword" in layout else layout - {"filler"}


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
