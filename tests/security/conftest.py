"""The line with its pages, as a stranger meets it; rolled back when the test ends."""

from __future__ import annotations

from tests.console.conftest import line, oda, quick_to_check, rex, statements, visits

__all__ = ["line", "oda", "quick_to_check", "rex", "statements", "visits"]
