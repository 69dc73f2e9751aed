"""Which ways through the flows no transcript took: rules T901 and T902."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows.checks.ways import StepCount, ways
from flows.library import Library
from flows.model.findings import Finding, Severity
from flows.model.flow import Flow
from flows.model.step import ONWARD
from flows.transcripts.files import Placed
from flows.transcripts.runner import Result, run

FAILED = "T900"
"""The code of a conversation that doesn't go as written."""

_TOLD = re.compile(r".*? \((?:sms|voice)\): (.*)", re.S)
"""What a failure says after the name of its conversation."""


def play(library: Library, placed: Iterable[Placed]) -> Iterator[tuple[Placed, Result]]:
    """Run every transcript on each of its channels."""
    for entry in placed:
        for channel in entry.transcript.channel:
            yield entry, run(library, entry.transcript, channel)


def failures(placed: Placed, result: Result) -> Iterator[Finding]:
    """What went otherwise than written, each at its line."""
    for problem in result.problems:
        line = placed.lines[problem.line - 1] if problem.line else placed.line
        yield Finding(
            placed.file, line, 1, FAILED, "error", f"{placed.transcript.name} ({result.channel}): {problem.text}",
            "Fix the flow, or update the test conversation if the new wording is intended.",
        )  # fmt: skip


@dataclass(frozen=True)
class FailureCause:
    """What goes wrong in one or several conversations: said once. `places`: every finding that says it."""

    text: str
    places: tuple[Finding, ...]


def by_cause(findings: Iterable[Finding]) -> list[FailureCause]:
    """Findings of conversations that fail, grouped by what goes wrong in them: what is in most of them first."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        told = _TOLD.match(finding.text)
        found.setdefault(told[1] if told else finding.text, []).append(finding)
    causes = [FailureCause(text, tuple(places)) for text, places in found.items()]
    return sorted(causes, key=lambda cause: -len(cause.places))


def untested(library: Library, placed: Iterable[Placed], results: Iterable[Result]) -> Iterator[Finding]:
    """T902: a flow without any transcript. T901: a way that none of them took."""
    taken = frozenset(way for result in results for way in result.ways)
    begun = {entry.transcript.flow for entry in placed} | {flow for flow, _, _ in taken}
    missing: dict[str, list[StepCount]] = {}
    for way in ways(library) - taken:
        missing.setdefault(way[0], []).append(way)
    for flow in library.flows.values():
        if flow.name not in begun:
            yield _at(flow, flow.steps[0].id, "T902", f"no transcript plays {flow.name!r}", _write(flow))
            continue
        for _, step, outcome in sorted(missing.get(flow.name, ()), key=lambda way: (flow.places[way[1]], way[2])):
            yield _at(flow, step, "T901", f"{_called(flow, step)} → {_outcome(flow, step, outcome)} is never tested",
                      _write(flow))  # fmt: skip


def _at(flow: Flow, step: str, code: str, text: str, hint: str) -> Finding:
    severity: Severity = "error" if code == "T902" else "warning"
    if flow.source is None:
        return Finding(flow.file or flow.name, 1, 1, code, severity, text, hint)
    path = ("flow",) if code == "T902" else ("steps", flow.places[step])
    return flow.source.finding(path, code, text, hint, severity)


def _write(flow: Flow) -> str:
    return f"Add a conversation to transcripts/{flow.name}.test.yaml."


def _called(flow: Flow, step: str) -> str:
    found = flow.step(step)
    return step if found.named else f"this {found.verb}"


def _outcome(flow: Flow, step: str, outcome: str) -> str:
    """The outcome as an author knows it; for a branch, where it leads."""
    if outcome != ONWARD:
        return outcome
    onward = [edge.outcome for edge in flow.exits if edge.source == step and edge.outcome not in flow.step(step).then]
    return " or ".join(onward[:3]) or "onward"
