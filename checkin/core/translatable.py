"""English sentences that somebody may read in another language: written whole where they are said, filled by name.

Code below the pages knows no language: the terminal shows a sentence as it is filled, the pages look it up in the
reader's language and fill that. Extraction finds it by the name of what it is handed to (checkin.i18n.extract).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self


def N_(words: str) -> str:  # noqa: N802 - what gettext's tools look for
    """Marks words that are stored or passed on in English, and said later."""
    return words


class Translatable(str):
    """A sentence, filled: Translatable("%(holder)s has it already", holder="Vee"). It is made of `words` and `values`.

    A value may be Translatable, too, which is translated with it, or a time, which is written as the reader does. Never
    a number of a telephone.
    """

    words: str
    values: Mapping[str, Any]

    def __new__(cls, words: str, /, **values: Any) -> Self:
        filled = {
            name: f"{value:%a %d %b %H:%M}" if isinstance(value, datetime) else value for name, value in values.items()
        }
        made = super().__new__(cls, words % filled if filled else words)
        made.words, made.values = words, values
        return made

    @classmethod
    def marked(cls, words: str, /, **values: Any) -> Self:
        """One that translators find elsewhere."""
        return cls(words, **values)
