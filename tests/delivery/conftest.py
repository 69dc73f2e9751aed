"""A line on each database, inside a transaction that is rolled back, or with transactions of its own."""

from __future__ import annotations

from tests.services.conftest import busy, line, statements

__all__ = ["busy", "line", "statements"]
