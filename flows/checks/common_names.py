"""Names that several flows share and none declares: consents that are asked for, topics that stories have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.model.flow import Flow
from flows.model.lines import Line
from flows.steps import Ask, Peer, Set, Story

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class CommonNames:
    """What all flows of a library say together.

    consents: those that some flow sets to true. topics: those under which stories are handed in or told while waiting.
    """

    consents: frozenset[str]
    topics: frozenset[str]

    @staticmethod
    def of(flows: Iterable[Flow], lines: Iterable[Line]) -> CommonNames:
        """Those of these flows and lines."""
        every = list(flows)
        waiting = {topic for line in lines for topic in line.wait_topics}
        return CommonNames(
            frozenset(name for flow in every for name in _consents_given(flow)),
            frozenset(topic for flow in every for _, topic in topics(flow, handed_in=True)) | waiting,
        )


def topics(flow: Flow, *, handed_in: bool) -> Iterator[tuple[Path, str]]:
    """(where, topic) of the stories that are handed in, or of the stories and peers that are looked for."""
    saved: set[str] = set()
    for place, step in enumerate(flow.steps):
        part = step.story if isinstance(step, Story) else step.peer if isinstance(step, Peer) else None
        if part is None or part.topic is None or (isinstance(step, Story) and bool(step.story.submit)) != handed_in:
            continue
        if "{" in part.topic:
            saved |= {name for name in flow.vars if name in part.topic}
        else:
            yield ("steps", place, step.verb, "topic"), part.topic
    for place, step in enumerate(flow.steps):
        if isinstance(step, Ask) and step.save in saved:
            yield from ((("steps", place, "choices", name), name) for name in step.choices or ())


def _consents_given(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        if isinstance(step, Set):
            yield from (
                name.removeprefix("consent.")
                for name, new in step.set.items()
                if name.startswith("consent.") and new is True
            )
