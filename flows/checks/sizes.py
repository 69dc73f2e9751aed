"""How large the words of a flow are: filled in with likely values, with their options, along its longest way."""

from __future__ import annotations

import re

import networkx as nx

from flows.checks.subject import Subject
from flows.model.step import StepShape
from flows.words.segments import sent_segments

WORDS_A_MINUTE = 150

_HOLE = re.compile(r"{{-?\s*([\w.]+).*?-?}}", re.S)
_TAG = re.compile(r"{%.*?%}", re.S)
_LIKELY = {"contact.name": "Guadalupe", "line.crisis": "988", "line.emergency": "911", "org.name": "The Harbor Line"}


def filled(subject: Subject, words: str) -> str:
    """`words` with something of a likely length in each hole."""
    return _TAG.sub("", _HOLE.sub(lambda placeholder: _likely(subject, placeholder[1]), words))


def shown(subject: Subject, step: StepShape, language: str, channel: str = "sms") -> str:
    """What one step says in that language, options included; empty for a step that says nothing."""
    picked = step.opening.pick("sms" if channel == "sms" else "voice", (language,)) if step.opening else None
    if picked is None:
        return ""
    words, options = filled(subject, picked.text), step.options(language, channel)
    return f"{words}\n{options}".strip() if step.is_question else words


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


def minutes_of(subject: Subject, step: StepShape, language: str) -> float:
    """How long one step takes on a call in that language: what it says, and what is recorded, played or waited for."""
    return len(shown(subject, step, language, "voice").split()) / WORDS_A_MINUTE + step.minutes


def _cost(subject: Subject, step: StepShape) -> tuple[int, float]:
    """(segments both ways, minutes) of one step in its most expensive language."""
    minutes = max((minutes_of(subject, step, language) for language in subject.flow.languages), default=0.0)
    texts = [shown(subject, step, language) for language in subject.flow.languages]
    return max(map(sent_segments, texts), default=0) + step.segments, minutes


def _likely(subject: Subject, name: str) -> str:
    if name == "org.name" and subject.library:
        return max((line.name for line in subject.library.lines.values()), key=len, default="")
    if name in _LIKELY:
        return _LIKELY[name]
    if name.startswith("hours."):
        return "tomorrow at 9:30 am"
    var = subject.flow.vars.get(name.split(".")[0])
    return "3" if var and var.type in ("int", "bool", "recording") else "something here"
