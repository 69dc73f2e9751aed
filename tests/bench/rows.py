"""What the bench prints: a row for each thing that is measured. A group of rows is a module with `measure`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Row:
    """One thing that was measured, beside what it is measured against, as it is printed.

    aim: what was promised. doubts: what makes this row worth less than it says (failed requests, say); none: nothing.
    """

    what: str
    ours: str
    floor: str = ""
    ratio: str = ""
    rounds: str = ""
    aim: str = ""
    doubts: list[str] = field(default_factory=list)


class Group(Protocol):
    """A module of rows."""

    TITLE: str

    def measure(self, rounds: int) -> Iterator[Row]:
        """The rows, each as soon as it is known. rounds: how often the two sides take turns."""
