"""What a text costs: how many segments it takes, and how a long one is cut at the ends of its sentences.

Facts from 3GPP TS 23.038 (the 7-bit default alphabet and its extension table) and TS 23.040 (a segment carries 140
octets; one of several gives 6 or 7 of them to its header): 160 characters alone and 153 in a row, or 70 and 67
where one character is outside the alphabet. What takes two places never straddles two segments.
"""

from __future__ import annotations

import re
from typing import Literal

SIGNS = {
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "•": "-",
    **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " "),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
}
"""What stands for each; the last ones cannot be seen anyway (a hyphen that only may break, spaces without width)."""

_TABLE = str.maketrans(SIGNS)


def as_sent(text: str) -> str:
    """`text` as it leaves: with plain signs where all of it fits into the 7-bit alphabet then, else unchanged.

    Unchanged also where it would cost more then (an ellipsis becomes three places), or where nothing would be left.
    """
    if encoding(text) == "GSM-7":
        return text
    plain = text.translate(_TABLE)
    worth_it = encoding(plain) == "GSM-7" and 0 < count_segments(plain) <= count_segments(text)
    return plain if worth_it else text


def sent_segments(text: str) -> int:
    """How many segments `text` takes as it leaves; 0 for none."""
    return count_segments(as_sent(text))


Encoding = Literal["GSM-7", "UCS-2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")

_EXTENDED = re.compile("[" + re.escape("".join(sorted(EXTENSION))) + "]")
_OUTSIDE = re.compile("[^" + re.escape("".join(sorted(BASIC | EXTENSION))) + "]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_LIMITS: dict[Encoding, tuple[int, int]] = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]?\s+|\n+")


def encoding(text: str) -> Encoding:
    """How `text` travels: one character outside the 7-bit alphabet makes all of it UCS-2."""
    return "UCS-2" if _OUTSIDE.search(text) else "GSM-7"


def outside(text: str) -> tuple[str, ...]:
    """The characters of `text` that the 7-bit alphabet lacks, each once, in order."""
    return tuple(dict.fromkeys(_OUTSIDE.findall(text)))


def count_segments(text: str) -> int:
    """How many segments `text` takes; 0 for none."""
    if not text:
        return 0
    kind = encoding(text)
    alone, in_a_row = _LIMITS[kind]
    double = (_ASTRAL if kind == "UCS-2" else _EXTENDED).findall(text)
    places = len(text) + len(double)
    if places <= alone:
        return 1
    return _in_a_row(text, kind, in_a_row) if double else -(-places // in_a_row)


def _in_a_row(text: str, kind: Encoding, room: int) -> int:
    """Counted one by one, since a character of two places moves whole into the next segment."""
    segments, used = 1, 0
    for char in text:
        place = _places(char, kind)
        if used + place > room:
            segments, used = segments + 1, 0
        used += place
    return segments


def split(text: str, most: int, room: str = "") -> list[str]:
    """`text` in parts of at most `most` segments each, with place left for `room` after every part.

    Cut at the ends of sentences, else between words, else anywhere; only the white space at the cuts is lost.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        cut = _longest(rest, most, room)
        parts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return parts


def _longest(text: str, most: int, room: str) -> int:
    """How much of the beginning of `text` is the next part."""
    if _fits(text, most, room):
        return len(text)
    low, high = 1, min(len(text), most * 160)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _fits(text[:middle], most, room) else (low, middle - 1)
    sentences = [cut.end() for cut in _SENTENCE.finditer(text, 0, min(len(text), low + 2)) if cut.start() <= low]
    if sentences and sentences[-1] >= low // 3:
        return sentences[-1]
    space = max(text.rfind(" ", 0, low + 1), text.rfind("\n", 0, low + 1))
    return space if space > low // 3 else low


def _fits(text: str, most: int, room: str) -> bool:
    whole = f"{text.strip()}\n{room}" if room else text.strip()
    return count_segments(whole) <= most


def _places(char: str, kind: Encoding) -> int:
    if kind == "UCS-2":
        return 2 if ord(char) > 0xFFFF else 1
    return 2 if char in EXTENSION else 1
