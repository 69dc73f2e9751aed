"""A line on each database, inside a transaction that is rolled back."""

from __future__ import annotations

from tests.services.conftest import line

__all__ = ["line"]
