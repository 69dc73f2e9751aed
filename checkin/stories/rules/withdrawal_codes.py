"""The code with which a teller takes their story back: short enough to be said on the phone."""

from __future__ import annotations

LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are mistaken for each other."""

DIGITS = "23456789"

PATTERN = (LETTERS, LETTERS, LETTERS, DIGITS, LETTERS, LETTERS)
"""229 million codes: with the reply budget of thirty texts a day nobody guesses one.

The digit in it tells a code from a word.
"""


def make(random_id: str) -> str:
    """A code from an opaque id (hexadecimal, 128 random bits)."""
    rest, code = int(random_id, 16), ""
    for signs in PATTERN:
        rest, place = divmod(rest, len(signs))
        code += signs[place]
    return code


def normal(written: str) -> str:
    """The code as it was made, from what a teller wrote: any case, with spaces or dashes between."""
    return "".join(sign for sign in written.upper() if sign.isalnum())
