"""How many examples a search tries: all in a whole run, else a few. Always the same, so that red is red twice.

`--search` tries new ones each time, for a night. What it finds is put beside the search, as a test of its own.
"""

from __future__ import annotations

import hypothesis

FEWER = 5
FEWEST = 10
USUAL = 100
"""As many as Hypothesis tries where nothing is said."""

_whole = True


def set_up(*, whole: bool, search: bool) -> None:
    """Before any test is read: whether this is a whole run, and whether it is to look where nobody has."""
    global _whole
    _whole = whole
    hypothesis.settings.register_profile(
        "line", derandomize=not search, print_blob=search, database=None, deadline=None, max_examples=examples(USUAL)
    )
    hypothesis.settings.load_profile("line")


def examples(many: int) -> int:
    """So many of these in this run."""
    return many if _whole else max(FEWEST, many // FEWER)
