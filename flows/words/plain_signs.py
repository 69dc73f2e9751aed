"""Typographic signs as their plain ones, where that halves what a text costs. No letter of anybody's is touched.

One sign outside the 7-bit alphabet more than halves what a segment holds (flows.segments), and telephones put some in
by themselves: curly quotes, long dashes, an ellipsis, spaces that do not break. A text that has a letter outside it (í,
or an emoji) stays word for word as it is: its signs cost nothing more then.
"""

from __future__ import annotations

from flows.words.segments import count_segments, encoding

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
