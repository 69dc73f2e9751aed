"""Numbers written in the letters of a telephone's keys: 555-HELP-NOW, 1-800-FLOWERS.

Words that stand behind a number are more often words ("300 dollars"), so the way it is written must say that these are
keys: signs without blanks between, capital letters among small ones, or "call" before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from checkin.core.rules.number_likeness import UNITS
from checkin.core.rules.number_words import Plain

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
