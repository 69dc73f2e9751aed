"""Telephone numbers typed in a message, also disguised ones, so that a relay can hold them back.

Better one message too many held back (the sender is told and can say it in other words) than one number crossed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

_WORDS = {
    "zero": "0", "oh": "0", "null": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "cero": "0", "uno": "1", "una": "1", "dos": "2", "tres": "3",
    "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "ten": "10", "eleven": "11",
    "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16", "seventeen": "17",
    "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60",
    "seventy": "70", "eighty": "80", "ninety": "90", "hundred": "00", "thousand": "000", "diez": "10", "veinte": "20",
    "treinta": "30", "cuarenta": "40", "cincuenta": "50", "sesenta": "60", "setenta": "70", "ochenta": "80",
    "noventa": "90", "cien": "100",
}  # fmt: skip
# Letters typed for digits: l0l, 5O5.
_LOOKALIKES = str.maketrans("oil", "011")
_TIMES = {"double": 2, "triple": 3, "doble": 2}
# What people put between the parts of a number, beside punctuation.
_BETWEEN = frozenset({"dash", "dot", "hyphen", "space", "then", "point", "plus", "guion", "punto", "luego", "ext", "x"})
_TOKEN = re.compile(r"\d+|[^\W\d_]+|\n|[^\w\s]|_")
_PUNCTUATION = frozenset("-.,/()[]{}+*~_|:;\\'\"#<>=\n•·")

# Dates, times of day, sums and percentages are not numbers to call, unless more digits follow them.
_DATED = re.compile(
    r"\b(?:(?:19|20)\d\d-[01]?\d-[0-3]?\d|[0-3]?\d[/.-][0-3]?\d[/.-](?:19|20)?\d\d)\b"
    r"|\b[0-2]?\d:[0-5]\d(?::[0-5]\d)?\b"
    r"|[$€£]\s?\d{1,3}(?:,?\d{3})?(?:\.\d\d)?(?![\d-])|\b\d{1,3}(?:\.\d+)?\s?%"
)
SHORTEST = 7
LONGEST = 18
_FEW = 3


@dataclass(frozen=True)
class Typed:
    """Where in the message a number stands: from `start` up to `end`, and how many digits it has."""

    start: int
    end: int
    digits: int


@dataclass
class _Run:
    """Digits that follow each other with nothing but separators between; `doubtful` of them in no date, time or sum.

    parts: as they were typed. spelled: the same with what "double" doubles. It grows in place: a message of nothing
    but digits costs its length, and not the square of it.
    """

    start: int = 0
    end: int = 0
    parts: list[str] = field(default_factory=list)
    spelled: list[str] = field(default_factory=list)
    length: int = 0
    doubtful: int = 0

    @property
    def digits(self) -> str:
        """All of them."""
        return "".join(self.spelled)

    def take(self, value: str, times: int, start: int, end: int, *, doubtful: bool) -> None:
        """These follow."""
        self.start = self.start if self.length else start
        self.end = end
        self.parts.append(value)
        self.spelled.append(value * times)
        self.length += len(value) * times
        self.doubtful += len(value) * times if doubtful else 0


def find_numbers(text: str, allowed: Collection[str] = ()) -> tuple[Typed, ...]:
    """Every number of seven digits or more in `text`: plain, spaced, dotted, in words, in other scripts' digits.

    allowed: numbers that may be named (help lines, the line's own), as E.164 or as they are dialled. Counting
    ("1 2 3 4 5 6 7", "five four three two one"), dates, times and sums of money are left alone.
    """
    plain = "".join(_one(letter) for letter in text)
    named = {re.sub(r"\D", "", number).removeprefix("1") for number in allowed}
    return tuple(
        Typed(run.start, run.end, run.length)
        for run in _runs(plain)
        if run.length >= SHORTEST and not _harmless(run) and run.digits.removeprefix("1") not in named
    )


def without_numbers(text: str, instead: str, allowed: Collection[str] = ()) -> str:
    """The text with every number in it replaced by `instead`."""
    parts, at = [], 0
    for found in find_numbers(text, allowed):
        parts += [text[at : found.start], instead]
        at = found.end
    return "".join(parts) + text[at:]


def _one(letter: str) -> str:
    """One character for one character, so that places in the plain text are places in the message."""
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return "."
    base = unicodedata.normalize("NFKD", letter)[:1].lower()
    return base if len(base) == 1 and (base.isalnum() or base in _PUNCTUATION) else letter.lower()[:1] or letter


def _runs(plain: str) -> Iterator[_Run]:
    run, times = _Run(), 1
    dated = {at for found in _DATED.finditer(plain) for at in range(*found.span())}
    for token in _TOKEN.finditer(plain):
        word = token.group()
        value = _WORDS.get(word, "") or _digits(word, plain, token.start(), token.end())
        if value:
            run.take(value, times, token.start(), token.end(), doubtful=token.start() not in dated)
            times = 1
        elif word in _TIMES:
            times = _TIMES[word]
        elif word not in _PUNCTUATION and word not in _BETWEEN or run.length > LONGEST:
            yield run
            run, times = _Run(), 1
    yield run


def _digits(word: str, plain: str, start: int, end: int) -> str:
    """The digits of a token; letters that look like digits count where they touch one, or stand alone as an o."""
    if word.isdigit():
        return word
    beside = plain[max(start - 1, 0) : start] + plain[end : end + 1]
    if set(word) <= {"o", "i", "l"} and (word == "o" or any(letter.isdigit() for letter in beside)):
        return word.translate(_LOOKALIKES)
    return ""


def _harmless(run: _Run) -> bool:
    """Whether these are dates, years, or steps up or down by one, as in counting or a breathing exercise."""
    parts = run.parts
    if run.doubtful < _FEW or all(len(part) == 4 and part[:2] in ("19", "20") for part in parts):
        return True
    if len(parts) < 3 or any(len(part) > 3 for part in parts):
        return False
    return {int(later) - int(sooner) for sooner, later in zip(parts, parts[1:], strict=False)} in ({1}, {-1})
