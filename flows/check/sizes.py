"""How large the words of a flow are: filled in with likely values, with their options, along its longest way."""

from __future__ import annotations

import re

import networkx as nx

from flows.check import graph
from flows.check.subject import Subject
from flows.segments import count_segments
from flows.steps import Ask, Peer, Record, Say, StepShape, Story

WORDS_A_MINUTE = 150
STORY_SEGMENTS = 6
STORY_MINUTES = 2.0
WAIT_MINUTES = 2.0

_HOLE = re.compile(r"{{-?\s*([\w.]+).*?-?}}", re.S)
_TAG = re.compile(r"{%.*?%}", re.S)
_LIKELY = {"contact.name": "Guadalupe", "line.crisis": "988", "line.emergency": "911", "org.name": "The Harbor Line"}


def filled(subject: Subject, words: str) -> str:
    """`words` with something of a likely length in each hole."""
    return _TAG.sub("", _HOLE.sub(lambda hole: _likely(subject, hole[1]), words))


def shown(subject: Subject, step: StepShape, language: str, channel: str = "sms") -> str:
    """What one step says in that language, options included; empty for a step that says nothing."""
    slot = step.say if isinstance(step, Say) else step.ask if isinstance(step, Ask) else None
    slot = step.record if isinstance(step, Record) else slot
    picked = slot.pick("sms" if channel == "sms" else "voice", (language,)) if slot else None
    if picked is None:
        return ""
    words = filled(subject, picked.text)
    return f"{words}\n{_options(subject, step, language, channel)}".strip() if isinstance(step, Ask) else words


def longest(subject: Subject) -> tuple[int, float]:
    """(segments, minutes) of the most expensive way through, every step taken once at most."""
    cost = {step.id: _cost(subject, step) for step in subject.flow.steps}
    circles = nx.condensation(nx.DiGraph(subject.graph))
    worst: dict[int, tuple[int, float]] = {}
    for circle in reversed(list(nx.topological_sort(circles))):
        own = [cost.get(step, (0, 0.0)) for step in circles.nodes[circle]["members"]]
        after = [worst[following] for following in circles.successors(circle)]
        worst[circle] = (
            sum(segments for segments, _ in own) + max((segments for segments, _ in after), default=0),
            sum(minutes for _, minutes in own) + max((minutes for _, minutes in after), default=0.0),
        )
    return worst[circles.graph["mapping"][subject.flow.steps[0].id]]


def shortest(subject: Subject) -> tuple[int, float]:
    """(segments, minutes) of the cheapest way through, for segments and for minutes each."""
    cost = {step.id: _cost(subject, step) for step in subject.flow.steps}
    first = subject.flow.steps[0].id
    found = []
    for part in (0, 1):
        ways: nx.DiGraph[str] = nx.DiGraph()
        ways.add_nodes_from((first, graph.LEAVES))
        for edge in subject.edges:
            ways.add_edge(edge.source, edge.target, weight=cost[edge.source][part])
        found.append(
            nx.dijkstra_path_length(ways, first, graph.LEAVES) if nx.has_path(ways, first, graph.LEAVES) else 0
        )
    return int(found[0]), float(found[1])


def _cost(subject: Subject, step: StepShape) -> tuple[int, float]:
    """(segments both ways, minutes) of one step in its most expensive language."""
    if isinstance(step, Story) and step.story.submit is None:
        return STORY_SEGMENTS * step.story.max, STORY_MINUTES * step.story.max
    if isinstance(step, Peer):
        return 2, WAIT_MINUTES
    texts = [shown(subject, step, language) for language in subject.flow.languages]
    spoken = [len(shown(subject, step, language, "voice").split()) for language in subject.flow.languages]
    answer = 1 if graph.waits(step) else 0
    length = 0.0
    if isinstance(step, Record):
        length = (step.max.voice.total_seconds() / 60) if step.max.voice else 3.0
    return max(map(count_segments, texts), default=0) + answer, max(spoken, default=0) / WORDS_A_MINUTE + length


def _options(subject: Subject, step: Ask, language: str, channel: str) -> str:
    """The options about as the engine shows them."""
    if step.choices:
        labels = []
        for choice in step.choices.values():
            picked = choice.label.pick("sms" if channel == "sms" else "voice", (language,))
            if picked and channel in choice.channels:
                labels.append(
                    f"{choice.key} {picked.text}" if channel == "sms" else f"{picked.text}, press {choice.key}."
                )
        return f"Reply {', '.join(labels)}." if channel == "sms" else " ".join(f"To {label}" for label in labels)
    if step.number:
        return ""
    return (
        "Reply YES or NO."
        if step.yes_no and channel == "sms"
        else "Press 1 for yes or 2 for no."
        if step.yes_no
        else ""
    )


def _likely(subject: Subject, name: str) -> str:
    if name == "org.name" and subject.library:
        return max((line.name for line in subject.library.lines.values()), key=len, default="")
    if name in _LIKELY:
        return _LIKELY[name]
    if name.startswith("hours."):
        return "tomorrow at 9:30 am"
    var = subject.flow.vars.get(name.split(".")[0])
    return "3" if var and var.type in ("int", "bool", "recording") else "something here"
