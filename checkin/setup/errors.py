"""What setting up cannot do."""

from __future__ import annotations


class CannotSetUp(Exception):
    """One line, for the terminal, which speaks English: what is wrong, and what to do."""
