"""Something was asked for that cannot be. Nothing was changed."""

from __future__ import annotations

from typing import Any, Self

from checkin.core.translatable import Translatable


class UserError(ValueError):
    """For whoever asked: a sentence that says what is wrong, in the terminal as it stands, on pages in their language.

    It names no command and no page. By its `code` each edge adds what can be done there; "" where nothing is to add.
    """

    def __init__(self, words: str, /, *, code: str = "", **values: Any) -> None:
        self.code = code
        self.text = Translatable(words, **values)
        super().__init__(self.text)

    @classmethod
    def of(cls, said: str, *, code: str = "") -> Self:
        """The same for a sentence that was made elsewhere, or is in the reader's language already."""
        made = cls("", code=code)
        made.text = said if isinstance(said, Translatable) else Translatable.marked(said)
        made.args = (made.text,)
        return made
