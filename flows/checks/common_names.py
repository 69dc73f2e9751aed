"""Names that several flows share and none declares: consents that are asked for, topics that stories have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.text import Path


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
        topic = step.topic()
        if topic is None or topic.handed_in != handed_in:
            continue
        if "{" in topic.name:
            saved |= {name for name in flow.vars if name in topic.name}
        else:
            yield ("steps", place, step.verb, "topic"), topic.name
    for place, step in enumerate(flow.steps):
        if any(step.saved(name) for name in saved):
            yield from ((("steps", place, "choices", name), name) for name in step.menu)


def _consents_given(flow: Flow) -> Iterator[str]:
    for step in flow.steps:
        yield from step.consents()
