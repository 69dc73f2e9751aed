"""Digits in a message, however they are written: other scripts, look-alikes, words of two languages, keypads' signs.

Every character is looked at a fixed number of times, so that a long message takes only as long as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

_ENGLISH = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "niner": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SPANISH = {
    "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17,
    "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiuno": 21, "veintiun": 21, "veintidos": 22,
    "veintitres": 23, "veinticuatro": 24, "veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28,
    "veintinueve": 29, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90, "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400,
    "quinientos": 500, "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_ZEROS = frozenset({"zero", "oh", "null", "nil", "nought", "naught", "cero"})
_VALUES = {**_ENGLISH, **_SPANISH}
_SCALES = {"hundred": 100, "thousand": 1000, "mil": 1000}
_TIMES = {"double": 2, "triple": 3, "treble": 3, "doble": 2}
_AND = frozenset({"and", "y"})
_GLUED = re.compile("|".join(sorted({*_VALUES, *_ZEROS} - {"una"}, key=len, reverse=True)))
_ALL_GLUED = re.compile(f"(?:{_GLUED.pattern})+")

# Letters typed for digits: l0l and 5O5 where they touch a digit, 5S5 where they stand between two.
_LOOKALIKES = str.maketrans("oilsbz", "011582")
_OTHER_SCRIPTS = {"о": "o", "ο": "o", "і": "i", "ι": "i", "🔟": "10"}
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_LONG = 40


@dataclass(frozen=True)
class Plain:
    """A message in small letters and ASCII digits; `places[i]` is where in the message its i-th letter stood."""

    text: str
    places: Sequence[int]
    length: int

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where in the message this part of the plain text stands, with the invisible signs that follow it."""
        following = self.places[end] if end < len(self.places) else self.length
        return self.places[start], max(following if following > self.places[end - 1] else 0, self.places[end - 1] + 1)


@dataclass(frozen=True)
class Word:
    """A word that is no number. Places are those of the plain text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Part:
    """One number as it is written or said: `digits` of it, and whether they were typed as such."""

    digits: str
    start: int
    end: int
    typed: bool = True


def plain(text: str) -> Plain:
    """The message as it is read here. What is written but not seen (accents, marks of direction) is left out."""
    if text.isascii():
        return Plain(text.lower(), range(len(text)), len(text))
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for kept in _plain(letter):
            letters.append(kept)
            places.append(place)
    return Plain("".join(letters), places, len(text))


def read(message: Plain) -> Iterator[Part | Word]:
    """The numbers and the other words of a message, in order; what is neither letter nor digit is passed over."""
    tokens = [
        Word(said, found.start(), found.end())
        for found in _TOKEN.finditer(message.text)
        for said in _apart(found.group())
    ]
    return _Reading(message.text, tokens).go()


@lru_cache(maxsize=4096)
def _plain(letter: str) -> str:
    digit, category = unicodedata.digit(letter, None), unicodedata.category(letter)
    if digit is not None:
        return str(digit)
    if category in ("Mn", "Me", "Cf"):
        return ""
    value = unicodedata.numeric(letter, None)
    if category in ("Lo", "Nl", "No") and value is not None and value in range(10):
        return str(int(value))
    if letter in _OTHER_SCRIPTS:
        return _OTHER_SCRIPTS[letter]
    if category[0] not in "LN":
        return letter  # a sign, also one that looks like a letter
    made = unicodedata.normalize("NFKD", letter).lower()
    if len(made) > 1:
        made = "".join(_plain(each) for each in made if each != letter)
    return _OTHER_SCRIPTS.get(made, made)


def _apart(word: str) -> list[str]:
    """fivefiveoh is five, five, oh."""
    return _GLUED.findall(word) if len(word) > 3 and word not in _VALUES and _ALL_GLUED.fullmatch(word) else [word]


class _Reading:
    """One pass over the words of a message: numbers that belong together (fifty-five hundred) are put together."""

    def __init__(self, text: str, tokens: Sequence[Word]) -> None:
        self.text, self.tokens = text, tokens
        self.open: Part | None = None
        self.waits: Word | None = None  # "and" after a number in words: part of it, or just a word
        self.times = 1

    def go(self) -> Iterator[Part | Word]:
        for at, word in enumerate(self.tokens):
            made = self._number(at, word)
            if made is None:
                if word.text in _AND and self.open is not None and not self.open.typed and self.waits is None:
                    self.waits = word
                else:
                    yield from self._close()
                    yield from () if word.text in _TIMES else (word,)
                self.times = _TIMES.get(word.text, 1)
                continue
            joined = self._joined(word, made)
            if joined is None:
                yield from self._close()
                joined = replace(made, digits=made.digits * self.times)
            self.open, self.waits, self.times = joined, None, 1
        yield from self._close()

    def _close(self) -> Iterator[Part | Word]:
        yield from () if self.open is None else (self.open,)
        yield from () if self.waits is None else (self.waits,)
        self.open = self.waits = None

    def _number(self, at: int, word: Word) -> Part | None:
        """The number that this word is."""
        said = word.text
        if said.isdigit():
            return Part(said, word.start, word.end)
        if said in _VALUES or said in _SCALES:
            return Part(str(_VALUES.get(said) or _SCALES[said]), word.start, word.end, typed=False)
        if said in _ZEROS or (said == "o" and self._beside_english(at)):
            return Part("0", word.start, word.end, typed=False)
        alike = said.translate(_LOOKALIKES)
        if len(alike) > 12 or not alike.isdigit():
            return None
        before, after = self.text[word.start - 1 : word.start].isdigit(), self.text[word.end : word.end + 1].isdigit()
        touches = before or after if set(said) <= set("oil") else before and after and len(said) < 3
        return Part(alike, word.start, word.end) if touches else None

    def _beside_english(self, at: int) -> bool:
        """Whether an o stands beside a number said in English; in Spanish it is "or"."""
        return any(self.tokens[near].text in _ENGLISH for near in (at - 1, at + 1) if 0 <= near < len(self.tokens))

    def _joined(self, word: Word, made: Part) -> Part | None:
        """The open number with this one as a part of it; None where another number begins."""
        held = self.open
        if held is None or self.times > 1:
            return None
        if made.typed:
            touches = held.typed and held.end == made.start and len(held.digits) < _LONG
            return Part(held.digits + made.digits, held.start, made.end) if touches else None
        if held.digits.startswith("0") or made.digits == "0" or len(held.digits) > 6:
            return None
        scale = word.text in _SCALES
        if held.typed and (not scale or len(held.digits) > 3):
            return None
        value = _with(int(held.digits), int(made.digits), scale)
        return None if value is None else Part(str(value), held.start, made.end, typed=False)


def _with(value: int, more: int, scale: bool) -> int | None:
    """The number that `value` becomes when `more` is said after it (fifty five, five hundred); None: none."""
    low = value % 1000
    if scale and more == 100:
        return value - low + low * 100 if 0 < low < 100 else None
    if scale:
        return value * 1000 if 0 < value < 1000 else None
    room = low == 0 or (more < 100 and value % 100 == 0) or (more < 10 and value % 10 == 0 and value % 100 > 10)
    return value + more if value and room else None
