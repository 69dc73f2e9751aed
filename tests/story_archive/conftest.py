"""Oda's terminal, as the tests of the other story commands have it."""

from tests.terminal.conftest import environ, runtime, tables
from tests.terminal.test_stories import run

__all__ = ["environ", "run", "runtime", "tables"]
