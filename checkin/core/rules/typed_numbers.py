"""Telephone numbers typed in a message, also disguised ones, so that a relay can hold them back.

Better one message too many held back (the sender is told and can say it in other words) than one number crossed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checkin.core.rules import number_likeness
from checkin.core.rules.number_likeness import LABELS, UNITS
from checkin.core.rules.number_words import Part, Plain, Word, plain, read

# An area code (or the code of free numbers), and what may follow up to a number's end.
_BEGINS = re.compile(r"(?<![^\W_])(?:1[\W_]{0,3})?(?P<area>[2-9]\d\d)(?!\d)")
_FOLLOWS = re.compile(r"(?P<gap>[\W_]{0,3})(?P<group>\d{1,7}|[a-z]{1,10})(?![^\W_])")
_CALL = re.compile(
    r"\b(?:call|dial|text|phone|number|reach|ring|cell|whatsapp|llam\w{1,6}|marca|marque|numero|telefono|celular)\b"
)
_NEAR = 24
_FREE = frozenset({"800", "833", "844", "855", "866", "877", "888"})
_NOBODYS = re.compile(r"\d11|988")  # 911 and the like, and the crisis line: no area codes
_WHOLE, _LOCAL = 10, 7


def find(text: str, message: Plain) -> Iterator[tuple[int, int]]:
    """Where in the plain text numbers stand that are written in letters (at least two of them)."""
    upto, mixed = 0, any(letter.islower() for letter in text)
    for begins in _BEGINS.finditer(message.text):
        if begins.start() < upto or _NOBODYS.fullmatch(begins["area"]):
            continue
        called = _CALL.search(message.text, max(0, begins.start() - _NEAR), begins.start()) is not None
        end = _end(text, message, begins, called, mixed)
        if end is not None:
            upto = end
            yield begins.start(), end


def _end(text: str, message: Plain, begins: re.Match[str], called: bool, mixed: bool) -> int | None:
    """Where the number ends that begins with this area code; None: it is none."""
    at, keys, letters, tight, ends = begins.end(), 3, "", True, None
    while keys < _WHOLE and (follows := _FOLLOWS.match(message.text, at)) is not None:
        group, gap = follows["group"], follows["gap"]
        if group in UNITS and not letters:
            return None
        blank = any(sign.isspace() for sign in gap) and gap != ") "
        joined = bool(letters and gap) and not blank  # HELP-NOW: more than one word, and no blank between
        if group.isalpha():
            letters += "".join(text[message.places[index]] for index in range(*follows.span("group")))
        at, keys, capitals = follows.end(), keys + len(group), letters.isupper()
        tight = tight and not blank and (bool(gap) or capitals)
        if len(letters) > 1 and (tight or called or (capitals and (mixed or joined))):
            whole = keys == _WHOLE or (keys > _WHOLE and begins["area"] in _FREE)
            ends = at if whole or (keys == _LOCAL and capitals) else ends
    return ends


SHORTEST = 7
WITHIN = timedelta(minutes=1)
"""Texts of one person that follow each other this closely are read as one: a number may be split over them."""

_MOST_TEXTS = 12
_WHOLE = 10
_FEW = 3
_LONGEST_NAMED = 15

_SIGNS = """
dash dot hyphen minus space period point plus star hash slash underscore comma pause x ext guion menos punto espacio
coma barra raya pausa
"""
_SEPARATORS = frozenset(_SIGNS.split())
"""Words for what stands between the parts of a number. Signs need no list: whatever is neither letter nor digit."""

_BETWEEN = """
after afterwards again also area begin begins code comes digits ends final finally finishes first followed half here
last lastly next number okay part prefix rest second start starts that thats then there these this will with your
ahora codigo cuando desde despues digitos entonces final finalmente luego numero numeros otra otro para parte pero
prefijo primera primero primeros resto segunda segundo sigue siguen siguiente termina terminan ultima ultimas ultimo
ultimos
"""
_SMALL = frozenset(_BETWEEN.split())
"""Words that may stand between the parts of a number, beside all of up to three letters that are no unit."""

_MOST_WORDS = 5
"""How many of them may stand between two parts."""


@dataclass(frozen=True)
class TypedNumber:
    """Where in the message a number stands: from `start` up to `end`, and how many digits it has."""

    start: int
    end: int
    digits: int


@dataclass
class _Run:
    """Numbers that follow each other with nothing but signs between.

    follows: only small words stand before it. apart: it is a part of nothing longer, since it counts something, or is
    a date, or a number as it stands. doubtful: its parts that stand in no date, time or sum.
    """

    follows: bool = False
    apart: bool = False
    parts: list[Part] = field(default_factory=list)
    listed: list[bool] = field(default_factory=list)
    doubtful: list[bool] = field(default_factory=list)

    @property
    def digits(self) -> str:
        return "".join(part.digits for part in self.parts)

    def join(self, part: Part, *, listed: bool, doubtful: bool) -> None:
        """One more part, at the end."""
        self.parts.append(part)
        self.listed.append(listed)
        self.doubtful.append(doubtful)
        self.apart = self.apart or not doubtful

    def cut(self, start: int, end: int) -> _Run:
        """Some of its parts. None of them: nothing that comes later is joined to what came before."""
        parts, listed, doubtful = self.parts[start:end], self.listed[start:end], self.doubtful[start:end]
        return _Run(self.follows, self.apart or not parts, parts, listed, doubtful)


def find_numbers(text: str, allowed: Collection[str] = (), before: str = "") -> tuple[TypedNumber, ...]:
    """Every number of seven digits or more in `text`: with any signs between, in words, in other scripts' digits.

    allowed: numbers that may be named (help lines, the line's own), as E.164 or as they are dialed. before: what
    the same person wrote just before it, for a number that is split over two texts. Counting ("1 2 3 4 5 6 7", "five
    four three two one"), dates, times, sums of money, and what counts something are left alone.
    """
    named = {re.sub(r"\D", "", number).removeprefix("1") for number in allowed}
    found = _found(text, named)
    if before and (begins := _first_digit(text)) is not None:
        whole, at = _found(f"{before}\n{text}", named), len(before) + 1
        found += [
            TypedNumber(max(span.start - at, begins), span.end - at, span.digits) for span in whole if span.end > at
        ]
    return tuple(_whole(text, span) for span in _merged(found))


def without_numbers(text: str, instead: str, allowed: Collection[str] = (), before: str = "") -> str:
    """The text with every number in it replaced by `instead`."""
    parts, at = [], 0
    for found in find_numbers(text, allowed, before):
        parts += [text[at : found.start], instead]
        at = found.end
    return "".join(parts) + text[at:]


def just_before(said: Sequence[tuple[datetime, str]], at: datetime) -> str:
    """What of all that somebody wrote (oldest first) belongs to what they write now, each text close to the next."""
    kept: list[str] = []
    for when, words in reversed(said):
        if at - when > WITHIN or len(kept) == _MOST_TEXTS:
            break
        at = when
        kept += [words] if digits_in(words) else []
    return "\n".join(reversed(kept))


def digits_in(text: str) -> bool:
    """Whether there is a digit in it, or a word for one: something that a number could be made of."""
    return _first_digit(text) is not None


def _first_digit(text: str) -> int | None:
    message = plain(text)
    return next((message.places[span.start] for span in read(message) if isinstance(span, Part)), None)


def _found(text: str, named: Collection[str]) -> list[TypedNumber]:
    message = plain(text)
    said = list(read(message))
    if not any(isinstance(part, Part) for part in said):
        return []
    spans = [TypedNumber(*message.place(*span), SHORTEST) for span in find(text, message)]
    chain: list[_Run] = []
    for run in _unnamed(_runs(message, said), named):
        if (digits := len(run.digits)) >= SHORTEST:
            harmless = _harmless(run)
            run.apart = harmless or digits >= _WHOLE  # a shorter one may have its area code a few words before it
            spans += [] if harmless else [_span(message, run.parts)]
        if run.apart or not run.follows:
            spans += _in_chain(message, chain)
            chain = []
        if not run.apart:
            chain.append(run)
    return spans + _in_chain(message, chain)


def _runs(message: Plain, said: Sequence[Part | Word]) -> Iterator[_Run]:
    """The numbers of a message in rows; each knows what stands before and behind it."""
    excused = iter([*number_likeness.excused(message.text), (len(message.text), len(message.text))])
    run, dated, words, upto = _Run(), next(excused), [""], 0
    for span in said:
        if isinstance(span, Word):
            if span.text not in _SEPARATORS:
                run.apart = run.apart or (span.text in UNITS and not words)
                words.append(span.text)
            continue
        if words:
            yield run
            run = _Run(follows=_small(words), apart=words[-1] in LABELS)
        while dated[1] <= span.start < len(message.text):
            dated = next(excused)
        listed = bool(words) or "," in message.text[upto : span.start]
        run.join(span, listed=listed, doubtful=span.start < dated[0])
        words, upto = [], span.end
    yield run


def _small(words: Sequence[str]) -> bool:
    """Whether nothing but a few small words stands between two numbers."""
    few = len(words) <= _MOST_WORDS
    return few and all(word in _SMALL or (0 < len(word) < 4 and word not in UNITS) for word in words)


def _unnamed(runs: Iterator[_Run], named: Collection[str]) -> Iterator[_Run]:
    """The runs without the numbers that may be named."""
    for run in runs:
        rest = start = 0
        while named and start < len(run.parts):
            end = _named_up_to(run, start, named)
            if end is None:
                start += 1
                continue
            yield run.cut(rest, start)
            yield run.cut(end, end)
            rest = start = end
        yield run.cut(rest, len(run.parts))


def _named_up_to(run: _Run, start: int, named: Collection[str]) -> int | None:
    """Where a number that may be named ends, if one begins here. Short ones may be named where they stand alone."""
    digits = ""
    for end in range(start, len(run.parts)):
        digits += run.parts[end].digits
        if len(digits) > _LONGEST_NAMED:
            return None
        alone = start == 0 and end + 1 == len(run.parts)
        if digits.removeprefix("1") in named and (alone or len(digits) >= SHORTEST):
            return end + 1
    return None


def _harmless(run: _Run) -> bool:
    """Whether all but a digit or two of it are dates and the like, or what is no number to call."""
    left = [place for place, doubtful in enumerate(run.doubtful) if doubtful]
    parts = [run.parts[place] for place in left]
    digits = sum(len(part.digits) for part in parts)
    if digits == 0 or (digits < _FEW and len(run.digits) not in (10, 11)):
        return True
    return number_likeness.harmless(parts, [run.listed[place] for place in left])


def _in_chain(message: Plain, chain: Sequence[_Run]) -> list[TypedNumber]:
    """Numbers whose parts have small words between them: 555 then 010 and 4477."""
    found = []
    for start, end in number_likeness.windows([run.parts for run in chain]):
        parts = [part for run in chain[start:end] for part in run.parts]
        listed = [written for run in chain[start:end] for written in run.listed]
        if not number_likeness.harmless(parts, listed):
            found.append(_span(message, parts))
    return found


def _span(message: Plain, parts: Sequence[Part]) -> TypedNumber:
    return TypedNumber(*message.place(parts[0].start, parts[-1].end), sum(len(part.digits) for part in parts))


def _whole(text: str, found: TypedNumber) -> TypedNumber:
    """With the plus and the bracket that stand before it."""
    start = found.start
    while start and text[start - 1] in "(+" and found.start - start < 2:
        start -= 1
    return TypedNumber(start, found.end, found.digits)


def _merged(found: Collection[TypedNumber]) -> Iterator[TypedNumber]:
    """Each place once, in order."""
    held: TypedNumber | None = None
    for span in sorted(found, key=lambda each: (each.start, each.end)):
        if held is not None and span.start < held.end:
            held = TypedNumber(held.start, max(held.end, span.end), max(held.digits, span.digits))
            continue
        yield from () if held is None else (held,)
        held = span
    yield from () if held is None else (held,)
