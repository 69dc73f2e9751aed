"""What a check says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

Color = Literal["green", "amber", "red"]
WORST: tuple[Color, ...] = ("red", "amber", "green")


@dataclass(frozen=True)
class DoctorFinding:
    """title: what was looked at. said: how it is. todo: what to do about it, "" where nothing is to be done."""

    check: str
    title: str
    color: Color
    said: str
    todo: str = ""

    def as_json(self) -> dict[str, Any]:
        """For --json, and for keeping."""
        return asdict(self)


def worst(findings: Iterable[DoctorFinding]) -> Color:
    """The worst color; green where nothing was looked at."""
    found = {finding.color for finding in findings}
    return next((color for color in WORST if color in found), "green")
