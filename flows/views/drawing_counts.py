"""What can be written on a drawing of how people pass: who waits where, which way they went, where they left."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH = 28
"""Characters of a line in a step's box."""

THICKEST = 5.0
"""Of a line that everybody takes, in points; one that nobody takes is 1."""


@dataclass(frozen=True)
class Counts:
    """waiting: people who stand at a step now. ended: conversations that stood there last, by how they ended.

    ways: how often a step was left by each of its outcomes (as in `engine.position.Way`). median: seconds that half of
    those who answered a step took, or less.
    """

    waiting: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ways: Mapping[tuple[str, str], int] = field(default_factory=dict)
    median: Mapping[str, float] = field(default_factory=dict)

    def words(self, step: str) -> str:
        """What is known of a step, one fact below the other; nothing where there is nothing."""
        lines = [f"{self.waiting[step]} waiting here"] if self.waiting.get(step) else []
        lines += [f"half answer within {span(self.median[step])}"] if step in self.median else []
        ends = sorted(self.ended.get(step, {}).items(), key=lambda end: (-end[1], end[0]))
        told = ", ".join(f"{count} {name}" for name, count in ends).replace("_", " ")
        lines += [f"left here: {told}"] if told else []
        return "".join(f"\n{textwrap.fill(line, WIDTH)}" for line in lines)

    def share(self, step: str, outcomes: Iterable[str]) -> tuple[int, float] | None:
        """How many left a step by these outcomes, and which part of all who left it; None where nothing is counted."""
        all_of_them = sum(count for (source, _), count in self.ways.items() if source == step)
        if not all_of_them:
            return None
        here = sum(self.ways.get((step, outcome), 0) for outcome in set(outcomes))
        return here, here / all_of_them

    def told(self, step: str, outcomes: Iterable[str]) -> str:
        """The same in words: `12 (40 %)`."""
        found = self.share(step, outcomes)
        return "" if found is None else f"{found[0]} ({found[1]:.0%})".replace("%", " %")

    def thickness(self, step: str, outcomes: Iterable[str]) -> float | None:
        """How thick the line is drawn: people look at it before they read."""
        found = self.share(step, outcomes)
        return None if found is None else round(1 + (THICKEST - 1) * found[1], 1)


def span(seconds: float) -> str:
    """A length of time as one says it: 40 s, 12 min, 5 h, 3 days."""
    for limit, unit, name in ((90, 1, "s"), (90 * 60, 60, "min"), (48 * 3600, 3600, "h")):
        if seconds < limit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds / 86400:.0f} days"
