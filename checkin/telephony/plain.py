"""Words made fit to leave: only characters that an XML document may hold, and tidy white space."""

from __future__ import annotations

import re

# The Char production of XML 1.0 (https://www.w3.org/TR/xml/#charsets), without DEL and the C1 controls, which it
# discourages. Twilio's library writes NUL and lone surrogates as they are, and the call would drop (error 12100).
_UNFIT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")
_SPACES_AT_END = re.compile(r"[ \t]+(?=\n|$)")
_EMPTY_LINES = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def fit(text: str) -> str:
    """`text` without the characters that no XML document, and partly no database, can hold."""
    return _UNFIT.sub("", text)


def tidy(text: str) -> str:
    """For reading: line ends made alike, at most one empty line in a row, nothing around it."""
    lines = _LINE_ENDS.sub("\n", fit(text))
    return _EMPTY_LINES.sub("\n\n", _SPACES_AT_END.sub("", lines)).strip()


def aloud(text: str) -> str:
    """For being read aloud: one line, with single spaces."""
    return " ".join(fit(text).split())


def shortened(text: str, longest: int) -> str:
    """`text` cut to `longest` characters, after a whole sentence where there is one in the second half."""
    if len(text) <= longest:
        return text
    ends = [match.start() for match in _SENTENCE_END.finditer(text, longest // 2, longest)]
    return text[: ends[-1] if ends else longest].rstrip()
