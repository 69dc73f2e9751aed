"""Draws a flow: as Graphviz DOT (for SVG and print) and as Mermaid (for pages that show it by themselves).

Solid lines are chosen by somebody, dashed ones are silence, nonsense, a hang-up or nobody there. A double border is a
person. Colors are told apart without color too.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.model.flow import Flow
from flows.model.step import FALLS_OFF, LEAVES, Manner, StepShape

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


@dataclass(frozen=True)
class DrawnLine:
    """One line of the drawing: every outcome that goes the same way in the same manner. `ways`: as they are counted."""

    source: str
    target: str
    outcomes: tuple[str, ...]
    ways: tuple[str, ...]
    kind: Manner

    def words(self, counts: Counts) -> str:
        """What stands at it: the outcomes, and below how many took it."""
        said = ", ".join(outcome.replace("_", " ") for outcome in self.outcomes)
        return "\n".join(part for part in (said, counts.told(self.source, self.ways)) if part)


def dot(flow: Flow, language: str | None = None, counts: Counts | None = None) -> str:
    """The flow in Graphviz's language."""
    counts = counts or Counts()
    lines = [
        f"digraph {_quoted(flow.name)} {{",
        f"  graph [label={_quoted(flow.title)} labelloc=t fontname=Helvetica fontsize=18 ranksep=0.35 nodesep=0.3];",
        '  node [fontname=Helvetica fontsize=11 shape=box style="rounded,filled" margin="0.14,0.08"];',
        "  edge [fontname=Helvetica fontsize=10 color=gray30];",
        f'  "(begin)" [shape=point width=0.12 label=""]; "(begin)" -> {_quoted(_first(flow))};',
    ]
    for step in drawn(flow):
        words = _label(step, language or flow.base) + counts.words(step.id)
        person = " peripheries=2" if step.person else ""
        shape = " shape=diamond style=filled margin=0.02" if step.diamond else ""
        fill = step.fill
        lines.append(f"  {_quoted(step.id)} [label={_quoted(words)} fillcolor={_quoted(fill)}{shape}{person}];")
    for line in lines_of(flow):
        style = " style=dashed color=gray55" if line.kind == "apart" else ""
        thick = counts.thickness(line.source, line.ways)
        style += f" penwidth={thick}" if thick is not None else ""
        label = _quoted(line.words(counts))
        lines.append(f"  {_quoted(line.source)} -> {_quoted(line.target)} [label={label}{style}];")
    return "\n".join([*lines, "}"])


def mermaid(flow: Flow, language: str | None = None, counts: Counts | None = None) -> str:
    """The flow as a Mermaid flowchart."""
    counts = counts or Counts()
    number = {step.id: f"s{place}" for place, step in enumerate(flow.steps)}
    lines = ["flowchart TD"]
    for step in drawn(flow):
        told = _label(step, language or flow.base) + counts.words(step.id)
        words = told.replace('"', "#quot;").replace("\n", "<br>")
        before, after = ('{"', '"}') if step.diamond else ('["', '"]')
        if step.person:
            before, after = '(["', '"])'
        lines.append(f"  {number[step.id]}{before}{words}{after}")
    for line in lines_of(flow):
        said = line.words(counts).replace('"', "#quot;").replace("\n", "<br>")
        arrow = "-.->" if line.kind == "apart" else "-->"
        label = f'|"{said}"|' if said else ""
        lines.append(f"  {number[line.source]} {arrow}{label} {number[line.target]}")
    people = [number[step.id] for step in drawn(flow) if step.person]
    if people:
        lines += ["  classDef person stroke-width:4px", f"  class {','.join(people)} person"]
    return "\n".join(lines)


def _first(flow: Flow) -> str:
    return _skipped(flow, flow.steps[0].id)


def drawn(flow: Flow) -> Iterator[StepShape]:
    """Every step but `goto`, which is only a line."""
    return (step for step in flow.steps if step.line is None)


def lines_of(flow: Flow) -> Iterator[DrawnLine]:
    """Its lines, each once: what goes the same way in the same manner is one."""
    grouped: dict[tuple[str, str, Manner], tuple[list[str], list[str]]] = {}
    for edge in flow.exits:
        if flow.step(edge.source).line is not None or edge.target in (LEAVES, FALLS_OFF):
            continue
        said, ways = grouped.setdefault((edge.source, _skipped(flow, edge.target), edge.kind), ([], []))
        ways.append(edge.way)
        if edge.kind != "silent":
            said.append(edge.outcome.removeprefix("if "))
    return (
        DrawnLine(source, target, tuple(said), tuple(ways), kind)
        for (source, target, kind), (said, ways) in grouped.items()
    )


def _skipped(flow: Flow, step_id: str) -> str:
    """Where a row of `goto` leads in the end; the last one before it would go round."""
    seen = {step_id}
    while (target := flow.step(step_id).line) is not None and target not in seen:
        step_id = target
        seen.add(step_id)
    return step_id


def _label(step: StepShape, language: str) -> str:
    return "\n".join(textwrap.wrap(step.box(language), WIDTH))


def _quoted(text: str) -> str:
    """A string of DOT: quotes and backslashes kept, lines broken."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
