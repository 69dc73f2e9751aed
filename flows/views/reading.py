"""Reads a flow out in plain sentences, for people who do not read drawings."""

from __future__ import annotations

from collections.abc import Iterator

from flows.model.flow import Flow
from flows.model.step import FALLS_OFF, LEAVES, Exit, StepShape

OUTCOMES = {
    "timeout": "they stay silent", "invalid": "we can't understand them", "hung_up": "they hang up",
    "connected": "they have talked", "no_answer": "nobody picks up", "busy": "everyone is in a talk",
    "closed": "nobody is there", "message": "they would rather leave a message", "recorded": "it's there",
    "empty": "nothing was said", "finished": "it's over", "none": "there is none",
    "nothing_yet": "there are none at all yet", "stopped": "they stop it",
    "peer": "they ask for a peer", "open": "we're open", "skip": "they skip it", "taken": "a person takes it",
    "queued": "nobody takes it yet", "yes": "they say yes", "no": "they say no", "answer": "they answer",
}  # fmt: skip


def read(flow: Flow, language: str | None = None) -> str:
    """The whole flow, one numbered paragraph for each step."""
    tongue = language or flow.base
    numbers = {step.id: place for place, step in enumerate(flow.steps, 1)}
    lines = [flow.title, "=" * len(flow.title), "", _head(flow), ""]
    for step in flow.steps:
        name = f" ({step.id})" if step.named else ""
        ways = [f"   {way}" for way in _ways(flow, step, numbers, tongue)]
        lines += [f"{numbers[step.id]}.{name} {step.sentence(tongue)}", *ways]
    lines += ["", f"If anything fails, we go to {numbers[flow.on_error]} ({flow.on_error})."]
    return "\n".join(lines)


def _head(flow: Flow) -> str:
    where = {"sms": "by text", "voice": "by call"}
    parts = [f"It runs {' and '.join(where[channel] for channel in flow.channels)}, in {', '.join(flow.languages)}."]
    if flow.needs_consent:
        parts.append(f"We only start it with someone who agreed to {flow.needs_consent.replace('_', ' ')}.")
    return " ".join(parts)


def _ways(flow: Flow, step: StepShape, numbers: dict[str, int], language: str) -> Iterator[str]:
    """Where it goes on, unless that is simply the next step, or all that it does."""
    if step.line is not None:
        return
    onward = flow.after(step.id)
    for edge in flow.exits:
        if edge.source != step.id or edge.target in (LEAVES, FALLS_OFF):
            continue
        if edge.kind == "silent" and edge.target == onward:
            continue
        name = flow.step(edge.target).id
        called = f" ({name})" if flow.step(edge.target).named else ""
        yield f"{_when(step, edge, language)}: go to {numbers[edge.target]}{called}."


def _when(step: StepShape, way: Exit, language: str) -> str:
    if (own := step.when(way, language)) is not None:
        return own
    if way.kind == "silent":
        return "Then"
    return f"If {OUTCOMES.get(way.outcome, way.outcome.replace('_', ' '))}"
