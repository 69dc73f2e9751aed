"""Something was asked for that cannot be; the text says what was wrong and what to do. Nothing was changed."""

from __future__ import annotations


class Mistake(ValueError):
    """For whoever asked: shown as it stands. Never holds a number."""
