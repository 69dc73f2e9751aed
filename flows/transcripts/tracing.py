"""Which ways through the flows a conversation took: a library that notes what the engine asks it.

The engine asks a flow for a step when it comes there, and `then` or the next step when it goes on. These flows behave
like the ones they were made from, with the same hashes, and write that down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from flows.check import graph
from flows.library import Library
from flows.model import Flow
from flows.steps import Branch, StepShape

Way = tuple[str, str, str]
"""Flow, step, outcome; all ways that simply fall through a step are its ONWARD."""

ONWARD = "(onward)"


def ways(library: Library) -> frozenset[Way]:
    """Every way there is: what transcripts should cover. The engine's own defaults are not the author's to test."""
    return frozenset(
        (flow.name, edge.source, _outcome(flow, edge))
        for flow in library.flows.values()
        for edge in graph.edges(flow)
        if edge.target not in (graph.LEAVES, graph.FALLS_OFF) or edge.outcome in ("end", "flow")
    )


def traced(library: Library, taken: set[Way]) -> Library:
    """A library like this one that adds every way that is taken to `taken`."""
    made = {flow.name: _traced(flow, taken) for flow in library.flows.values()}
    return replace(library, flows=made, versions={flow.hash: flow for flow in made.values()})


def _outcome(flow: Flow, edge: graph.Edge) -> str:
    step = flow.step(edge.source)
    if isinstance(step, Branch):
        return edge.target if edge.outcome != "none of these" else ONWARD
    return edge.outcome if edge.outcome in step.then else ONWARD


class _Then(Mapping[str, str]):
    """A step's `then` that notes which outcome was followed."""

    def __init__(self, then: Mapping[str, str], way: tuple[str, str], taken: set[Way]) -> None:
        self.then, self.way, self.taken = then, way, taken

    def __getitem__(self, outcome: str) -> str:
        target = self.then[outcome]
        self.taken.add((*self.way, outcome))
        return target

    def __contains__(self, outcome: object) -> bool:
        return outcome in self.then

    def __iter__(self) -> Iterator[str]:
        return iter(self.then)

    def __len__(self) -> int:
        return len(self.then)


@dataclass(frozen=True)
class _Traced(Flow):
    taken: set[Way] = field(default_factory=set, compare=False)
    last: list[str] = field(default_factory=list, compare=False)

    def step(self, step_id: str) -> StepShape:
        """The step, and a note of how a branch led here, or of an end."""
        found = super().step(step_id)
        if self.last:
            before = super().step(self.last.pop())
            if isinstance(before, Branch) and any(arm.to == step_id for arm in before.branch):
                self.taken.add((self.name, before.id, step_id))
        if isinstance(found, Branch):
            self.last.append(step_id)
        elif found.verb in ("end", "flow", "goto"):
            self.taken.add((self.name, step_id, ONWARD))
        return found

    def after(self, step_id: str) -> str | None:
        """What comes next, and a note that it was gone to."""
        self.taken.add((self.name, step_id, ONWARD))
        return super().after(step_id)


def _traced(flow: Flow, taken: set[Way]) -> Flow:
    steps = tuple(
        step.model_copy(update={"then": _Then(step.then, (flow.name, step.id), taken)}) if step.then else step
        for step in flow.steps
    )
    body = flow.body.model_copy(update={"steps": steps})
    return _Traced(body, flow.hash, flow.definition, flow.file, flow.source, taken)
