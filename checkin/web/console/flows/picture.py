"""A flow in words, a row for each of its boxes: what the drawing shows, for who cannot see it or looks for a number."""

from __future__ import annotations

from dataclasses import dataclass

from flows.model.flow import Flow
from flows.views import drawing
from flows.views.drawing import Counts


@dataclass(frozen=True)
class DrawnExit:
    """A line of the drawing. share: how many took it and which part that is; None where nothing is counted."""

    words: str
    to: str
    share: tuple[int, float] | None


@dataclass(frozen=True)
class DrawnBox:
    """A box of the drawing. half: seconds in which half of the answers came. ended: how, the most first."""

    step: str
    words: str
    person: bool
    waiting: int
    half: float | None
    ended: tuple[tuple[str, int], ...]
    ways: tuple[DrawnExit, ...]


def boxes(flow: Flow, language: str, counts: Counts) -> list[DrawnBox]:
    """Every box, in the order of the flow."""
    ways: dict[str, list[DrawnExit]] = {}
    for line in drawing.lines_of(flow):
        said = ", ".join(outcome.replace("_", " ") for outcome in line.outcomes)
        ways.setdefault(line.source, []).append(DrawnExit(said, line.target, counts.share(line.source, line.ways)))
    return [
        DrawnBox(
            step.id, step.box(language), step.person is not None, counts.waiting.get(step.id, 0),
            counts.median.get(step.id), _ended(counts, step.id), tuple(ways.get(step.id, ())),
        )
        for step in drawing.drawn(flow)
    ]  # fmt: skip


def spoken(flow: Flow, language: str) -> str:
    """The language in which its words are shown to somebody who reads this one."""
    return language if language in flow.languages else flow.base


def _ended(counts: Counts, step: str) -> tuple[tuple[str, int], ...]:
    ended = sorted(counts.ended.get(step, {}).items(), key=lambda item: (-item[1], item[0]))
    return tuple(ended)
