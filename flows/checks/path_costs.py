"""Every way through a flow from its beginning to an end, with what each costs by text and on a call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import networkx as nx

from flows.checks.sizes import minutes_of, shown
from flows.checks.subject import Subject
from flows.model.step import LEAVES, StepShape
from flows.words.segments import sent_segments

MOST = 2000
"""Ways that are looked at: a flow with more of them has its first ones counted."""


@dataclass(frozen=True)
class Path:
    """One way through, each step taken once at most.

    turns: what decided it, as "step: outcome". segments: of texts, in both directions; minutes: of a call, without the
    talk with a peer itself. Each in the language in which it is longest. end: the outcome it ends with.
    """

    turns: tuple[str, ...]
    segments: int
    minutes: float
    end: str


def paths(subject: Subject, most: int = MOST) -> list[Path]:
    """The first `most` ways through, the dearest first."""
    ways, first = _ways(subject), subject.flow.steps[0].id
    found = nx.all_simple_paths(ways, first, LEAVES) if nx.has_path(ways, first, LEAVES) else iter(())
    words = _Words(subject)
    made = [_path(subject, ways, words, steps) for steps in islice(found, most)]
    return sorted(made, key=lambda path: (-path.segments, -path.minutes, path.turns))


def _ways(subject: Subject) -> nx.DiGraph[str]:
    """One line between two steps, with every outcome that takes it."""
    made: nx.DiGraph[str] = nx.DiGraph()
    made.add_nodes_from((subject.flow.steps[0].id, LEAVES))
    for edge in subject.flow.exits:
        if not made.has_edge(edge.source, edge.target):
            made.add_edge(edge.source, edge.target, outcomes=[])
        made.edges[edge.source, edge.target]["outcomes"].append(edge.outcome.removeprefix("if "))
    return made


def _path(subject: Subject, ways: nx.DiGraph[str], words: _Words, steps: list[str]) -> Path:
    turns = tuple(
        f"{_called(subject, source)}: {' or '.join(ways.edges[source, target]['outcomes'])}".replace("_", " ")
        for source, target in pairwise(steps)
        if ways.out_degree(source) > 1
    )
    here = [subject.flow.step(step) for step in steps if step != LEAVES]
    last = here[-1]
    end = last.ends or "goes on elsewhere"
    languages = subject.flow.languages
    return Path(
        turns, max(words.segments(here, language) for language in languages),
        max(words.minutes(here, language) for language in languages), end,
    )  # fmt: skip


def _called(subject: Subject, step_id: str) -> str:
    return step_id if subject.flow.step(step_id).named else f"step {subject.flow.places[step_id] + 1}"


class _Words:
    """What the steps say, put together once."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._texts: dict[tuple[str, str], str] = {}
        self._minutes: dict[tuple[str, str], float] = {}

    def segments(self, steps: list[StepShape], language: str) -> int:
        """Of our texts, those of one turn together, and of one answer for each wait."""
        ours = sum(sent_segments(text) if text else 0 for text in self._turns(steps, language))
        return ours + sum(step.segments for step in steps)

    def minutes(self, steps: list[StepShape], language: str) -> float:
        for step in steps:
            if (step.id, language) not in self._minutes:
                self._minutes[step.id, language] = minutes_of(self._subject, step, language)
        return sum(self._minutes[step.id, language] for step in steps)

    def _turns(self, steps: list[StepShape], language: str) -> Iterator[str]:
        said: list[str] = []
        for step in steps:
            said.append(self._text(step, language))
            if step.waits:
                yield "\n".join(filter(None, said))
                said = []
        yield "\n".join(filter(None, said))

    def _text(self, step: StepShape, language: str) -> str:
        if (step.id, language) not in self._texts:
            self._texts[step.id, language] = shown(self._subject, step, language)
        return self._texts[step.id, language]
