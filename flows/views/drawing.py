"""Draws a flow: as Graphviz DOT (for SVG and print) and as Mermaid (for pages that show it by themselves).

Solid lines are chosen by somebody, dashed ones are silence, nonsense, a hang-up or nobody there. A double border is a
person. Colours are told apart without colour too.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.checks import graph
from flows.checks.ways import outcome
from flows.model.durations import write_duration
from flows.model.flow import Flow
from flows.model.text import Text
from flows.steps import (
    Ask,
    Branch,
    End,
    FollowUp,
    Goto,
    Handover,
    Hours,
    Language,
    Peer,
    Record,
    Say,
    Set,
    StepShape,
    Story,
    SubFlow,
    TagStep,
)
from flows.views.drawing_counts import WIDTH, Counts

LONGEST = 84
FILLS: Mapping[str, str] = {
    "say": "#ffffff", "ask": "#e8f1fb", "branch": "#fdf6e3", "hours": "#fdf6e3", "language": "#fdf6e3",
    "peer": "#fde8e4", "handover": "#fde8e4", "record": "#e8f1fb", "story": "#eef7ea", "end": "#eeeeee",
    "flow": "#eeeeee",
}  # fmt: skip
_HOLE = re.compile(r"{{-?\s*([\w.]+).*?-?}}|{%.*?%}", re.S)


@dataclass(frozen=True)
class Line:
    """One line of the drawing: every outcome that goes the same way in the same manner. `ways`: as they are counted."""

    source: str
    target: str
    outcomes: tuple[str, ...]
    ways: tuple[str, ...]
    kind: graph.Kind

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
        words = _label(step, flow, language or flow.base) + counts.words(step.id)
        person = " peripheries=2" if is_person(step) else ""
        shape = " shape=diamond style=filled margin=0.02" if isinstance(step, Branch | Hours) else ""
        fill = FILLS.get(step.verb, "#ffffff")
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
        told = _label(step, flow, language or flow.base) + counts.words(step.id)
        words = told.replace('"', "#quot;").replace("\n", "<br>")
        before, after = ('{"', '"}') if isinstance(step, Branch | Hours) else ('["', '"]')
        if is_person(step):
            before, after = '(["', '"])'
        lines.append(f"  {number[step.id]}{before}{words}{after}")
    for line in lines_of(flow):
        said = line.words(counts).replace('"', "#quot;").replace("\n", "<br>")
        arrow = "-.->" if line.kind == "apart" else "-->"
        label = f'|"{said}"|' if said else ""
        lines.append(f"  {number[line.source]} {arrow}{label} {number[line.target]}")
    people = [number[step.id] for step in drawn(flow) if is_person(step)]
    if people:
        lines += ["  classDef person stroke-width:4px", f"  class {','.join(people)} person"]
    return "\n".join(lines)


def is_person(step: StepShape) -> bool:
    """Whether a person is reached here."""
    return isinstance(step, Peer | Handover) or (isinstance(step, Record) and step.inbox is not None)


def short(text: Text, language: str, longest: int = LONGEST) -> str:
    """The beginning of what is said, with names for its holes."""
    picked = text.pick("sms", (language,)) or text.pick("voice", (language,))
    words = _HOLE.sub(
        lambda hole: f"‹{(hole[1] or '').split('.')[-1]}›" if hole[1] else "", picked.text if picked else ""
    )
    return textwrap.shorten(" ".join(words.split()), longest, placeholder=" …")


def _first(flow: Flow) -> str:
    return _skipped(flow, flow.steps[0].id)


def drawn(flow: Flow) -> Iterator[StepShape]:
    """Every step but `goto`, which is only a line."""
    return (step for step in flow.steps if not isinstance(step, Goto))


def lines_of(flow: Flow) -> Iterator[Line]:
    """Its lines, each once: what goes the same way in the same manner is one."""
    grouped: dict[tuple[str, str, graph.Kind], tuple[list[str], list[str]]] = {}
    for edge in graph.edges(flow):
        if isinstance(flow.step(edge.source), Goto) or edge.target in (graph.LEAVES, graph.FALLS_OFF):
            continue
        said, ways = grouped.setdefault((edge.source, _skipped(flow, edge.target), edge.kind), ([], []))
        ways.append(outcome(flow, edge))
        if edge.kind != "silent":
            said.append(edge.outcome.removeprefix("if "))
    return (
        Line(source, target, tuple(said), tuple(ways), kind) for (source, target, kind), (said, ways) in grouped.items()
    )


def _skipped(flow: Flow, step_id: str) -> str:
    """Where a row of `goto` leads in the end; the last one before it would go round."""
    seen = {step_id}
    while isinstance(step := flow.step(step_id), Goto) and step.goto not in seen:
        step_id = step.goto
        seen.add(step_id)
    return step_id


def _label(step: StepShape, flow: Flow, language: str) -> str:
    return "\n".join(textwrap.wrap(words_of(step, flow, language), WIDTH))


def words_of(step: StepShape, flow: Flow, language: str) -> str:
    """What stands in its box."""
    match step:
        case Say():
            return f"“{short(step.say, language)}”"
        case Ask():
            return f"“{short(step.ask, language)}”"
        case Record():
            return f"record: “{short(step.record, language)}”"
        case Branch():
            return "which?"
        case Hours():
            return f"{step.hours} open?"
        case Peer():
            return "look for a peer"
        case Handover():
            return f"tell {step.handover.to} ({step.handover.priority})"
        case Story():
            return f"hand in {step.story.submit} ({step.story.state})" if step.story.submit else "play a story"
        case SubFlow():
            return f"{'run' if step.back else 'go to'} {step.flow}"
        case End():
            return f"end: {step.end.replace('_', ' ')}"
        case _:
            return _small(step)


def _small(step: StepShape) -> str:
    match step:
        case Set():
            return "note " + ", ".join(f"{name} = {plain(value)}" for name, value in step.set.items())
        case TagStep():
            return " ".join([*(f"+{tag}" for tag in step.tag.add), *(f"-{tag}" for tag in step.tag.remove)])
        case FollowUp() if step.follow_up.cancel:
            return f"drop the follow-up {step.follow_up.cancel}"
        case FollowUp() if step.follow_up.plan:
            return f"begin the plan {step.follow_up.plan}"
        case FollowUp():
            when = write_duration(step.follow_up.after) if step.follow_up.after else step.follow_up.at
            return f"plan {step.follow_up.flow} {'in' if step.follow_up.after else 'at'} {when}"
        case Language():
            return f"language: {step.language.set or ' or '.join(step.language.choose)}"
        case _:
            return step.verb


def plain(value: object) -> str:
    """A value of `set` in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)


def _quoted(text: str) -> str:
    """A string of DOT: quotes and backslashes kept, lines broken."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
