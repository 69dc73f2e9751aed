"""Words as people type them, made comparable: case, accents, punctuation and small slips do not count."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BODY = 1600
"""Characters of a text that are looked at: the most that the network takes as one message."""

_APOSTROPHES = re.compile("['’‘`´]")
_GAPS = re.compile(r"[\W_]+")
_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def clean(body: str, longest: int = LONGEST_BODY) -> str:
    """`body` without what cannot be seen or stored, composed, and cut to `longest` characters. Line breaks stay."""
    text = body[: longest * 2]
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:longest].strip()


def fold(text: str) -> str:
    """Lower case, without accents and apostrophes, every run of anything else than letters and digits one space.

    Pictures such as a thumb stay (without their skin tone): they are answers too.
    """
    lowered = _APOSTROPHES.sub("", text.casefold())
    if lowered.isascii():
        return _GAPS.sub(" ", lowered).strip()
    plain = "".join(
        char if char.isalnum() or unicodedata.category(char) == "So" else " "
        for char in unicodedata.normalize("NFKD", lowered)
        if not unicodedata.combining(char) and unicodedata.category(char) not in ("Sk", "Cf", "Mn")
    )
    return " ".join(plain.split())


def one_typo(written: str, meant: str) -> bool:
    """Whether one letter is missing, too many, wrong, or two neighbors are swapped (equal words: yes)."""
    if written == meant:
        return True
    if abs(len(written) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    a, b = written[start:], meant[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (len(a) > 1 and a[0] == b[1] and a[1] == b[0] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else a == b[1:]
