"""`checkin test`: every check that this project has. What runs them is in tests/runner, which a wheel has not."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path

RUNNER = Path(__file__).parents[2] / "tests" / "runner"


class CannotTest(Exception):
    """The tests or the tools for testing aren't there; one line that says how to get them."""


def run(arguments: Sequence[str]) -> None:
    """Become tests/runner, with these arguments. Raises CannotTest; doesn't return otherwise."""
    if importlib.util.find_spec("pytest") is None or not RUNNER.is_dir():
        raise CannotTest("the tools for testing aren't installed: run bin/checkin test, which fetches them")
    os.execv(sys.executable, [sys.executable, "-m", "tests.runner", *arguments])  # noqa: S606 - no shell, our own list
