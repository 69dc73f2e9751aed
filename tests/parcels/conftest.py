"""Oda's terminal, as the tests of the other story commands have it."""

from tests.services.test_stories_terminal import fresh_database, run, runtime

__all__ = ["fresh_database", "run", "runtime"]
