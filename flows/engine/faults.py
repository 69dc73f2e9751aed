"""What can go wrong while a flow runs."""

from __future__ import annotations


class Fault(Exception):
    """A step cannot be carried out. `code` is for the team's alert; nothing personal is in either text."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
