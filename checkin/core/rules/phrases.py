"""What is said to whoever asked for something that cannot be: a sentence with holes, which can be translated whole.

The terminal shows it as it is filled; the pages look the sentence up in the reader's language, and fill that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self


class Phrase(str):
    """A sentence, filled: Phrase("%(holder)s has it already", holder="Vee"). It is made of `words` and `holes`.

    A hole may hold a Phrase, too, which is translated with it, or a time, which is written as the reader does. Never a
    number of a telephone.
    """

    words: str
    holes: Mapping[str, Any]

    def __new__(cls, words: str, /, **holes: Any) -> Self:
        """The sentence must be written where it is made: translators find it by reading the code."""
        filled = {name: f"{one:%a %d %b %H:%M}" if isinstance(one, datetime) else one for name, one in holes.items()}
        made = super().__new__(cls, words % filled if filled else words)
        made.words, made.holes = words, holes
        return made


class Refusal(Exception):  # noqa: N818 - it is no error that a wish is refused
    """Something cannot be; the phrase says what was wrong and what to do."""

    def __init__(self, words: str, /, **holes: Any) -> None:
        self.phrase = Phrase(words, **holes)
        super().__init__(self.phrase)

    @classmethod
    def of(cls, phrase: Phrase) -> Self:
        """The same as an exception of this kind."""
        return cls(phrase.words, **phrase.holes)

    @classmethod
    def said(cls, words: str) -> Self:
        """One whose words are already in the language of whoever reads them."""
        return cls(words)
