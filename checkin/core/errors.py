"""Something was asked for that cannot be; the text says what was wrong and what to do. Nothing was changed."""

from __future__ import annotations

from checkin.core.rules.phrases import Refusal


class Mistake(Refusal, ValueError):
    """For whoever asked, in the terminal as it stands, on pages in their language. Never holds a number."""
