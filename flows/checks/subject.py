"""What a rule is shown: one flow, everything it stands among, and a way to say where a fault is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps

import networkx as nx

from flows.library import Library
from flows.model import templates
from flows.model.findings import Finding, Severity
from flows.model.flow import Flow
from flows.model.lines import Line
from flows.model.step import FALLS_OFF, LEAVES, StepShape
from flows.model.text import Channel, Path, Text, value_at
from flows.words.keywords import KeywordMatcher
from flows.words.phrases import LanguageWords


def graph(flow: Flow) -> nx.MultiDiGraph[str]:
    """Its steps and the ways between them; edges carry `outcome` and `kind`. LEAVES and FALLS_OFF are nodes of it."""
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    made.add_nodes_from(step.id for step in flow.steps)
    made.add_nodes_from((LEAVES, FALLS_OFF))
    for way in flow.exits:
        made.add_edge(way.source, way.target, outcome=way.outcome, kind=way.kind)
    return made


def roots(flow: Flow) -> tuple[str, ...]:
    """Where a flow can begin: its first step, the one for failures, the one for an answering machine."""
    machine = flow.body.outbound.machine
    spoken = (machine.removeprefix("say:"),) if machine.startswith("say:") else ()
    return (flow.steps[0].id, flow.on_error, *spoken)


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


@dataclass(frozen=True)
class Slot:
    """A text slot of a step: where it stands, and what kind of words it holds."""

    step: StepShape
    path: Path
    text: Text
    kind: str


@dataclass(frozen=True)
class TextSource:
    """One string of a slot: for `channels`, in `language`, as the author wrote it."""

    slot: Slot
    path: Path
    channels: tuple[Channel, ...]
    language: str
    words: str


@dataclass(frozen=True)
class Subject:
    """One flow and what it stands among; without a library it stands alone.

    handed: the variables that each flow is handed by others (`with`); shared: the names that they share. Both, if that
    was worked out for all of them at once.
    """

    flow: Flow
    library: Library | None = None
    handed: Mapping[str, frozenset[str]] | None = None
    shared: CommonNames | None = None

    @property
    def others(self) -> Mapping[str, Flow]:
        """All flows of the library by name, this one too."""
        return self.library.flows if self.library else {}

    @property
    def words(self) -> Mapping[str, LanguageWords]:
        """The words that are obeyed before any flow, by language."""
        return self.library.words if self.library else {}

    @property
    def matcher(self) -> KeywordMatcher | None:
        """What listens for them."""
        return self.library.matcher if self.library else None

    @cached_property
    def common(self) -> CommonNames:
        """Consents and topics of all flows of the library."""
        return self.shared or CommonNames.of(self.others.values(), self.library.lines.values() if self.library else ())

    @cached_property
    def given(self) -> frozenset[str]:
        """The variables that other flows hand to this one."""
        handed = self.handed if self.handed is not None else handed_over(self.others)
        return handed.get(self.flow.name, frozenset())

    @cached_property
    def graph(self) -> nx.MultiDiGraph[str]:
        return graph(self.flow)

    @cached_property
    def reachable(self) -> frozenset[str]:
        found = set(roots(self.flow))
        for root in roots(self.flow):
            found |= nx.descendants(self.graph, root)
        return frozenset(found)

    @cached_property
    def placeholders(self) -> tuple[tuple[Path, str, bool], ...]:
        """Texts with placeholders, and conditions, as (path, source, whether it is a condition)."""
        return tuple(
            template for template in self.flow.body.templates() if template[2] or templates.has_holes(template[1])
        )

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every text slot, in the order of the file."""
        return tuple(
            Slot(step, ("steps", place, *path), text, str(path[-1]))
            for place, step in enumerate(self.flow.steps)
            for path, text in step.slots()
        )

    @cached_property
    def sources(self) -> tuple[TextSource, ...]:
        """Every string that may be said, on the channels of the flow."""
        return tuple(source for slot in self.slots for source in self._sources(slot))

    def in_a_turn(self, begins: Iterable[str]) -> set[str]:
        """Steps that run from these on until one waits, that one included."""
        ahead, found = list(begins), set[str]()
        while ahead:
            step_id = ahead.pop()
            if step_id in found or step_id in (LEAVES, FALLS_OFF):
                continue
            found.add(step_id)
            if not self.flow.step(step_id).waits:
                ahead += [edge.target for edge in self.flow.exits if edge.source == step_id]
        return found

    def path(self, step_id: str, *rest: str | int) -> Path:
        """The place of a step, or of something in it."""
        return ("steps", self.flow.places[step_id], *rest)

    def finding(self, path: Path, code: str, severity: Severity, text: str, hint: str) -> Finding:
        """A finding at that place; at the top of the file if the flow has no source."""
        if self.flow.source is None:
            return Finding(self.flow.file or self.flow.name, 1, 1, code, severity, text, hint)
        return self.flow.source.finding(path, code, text, hint, severity)

    def _sources(self, slot: Slot) -> Iterator[TextSource]:
        for part, language, words in slot.text.sources():
            wanted: tuple[Channel, ...] = ("sms", "voice") if part == "text" else (part,)  # type: ignore[assignment]
            own = {"sms": slot.text.sms, "voice": slot.text.voice}
            channels = tuple(
                channel
                for channel in wanted
                if channel in self.flow.channels and (part != "text" or language not in own[channel])
            )
            if channels:
                yield TextSource(
                    slot, (*slot.path, *self._inside(slot.path, part, language)), channels, language, words
                )

    def _inside(self, path: Path, part: str, language: str) -> Path:
        """The rest of the path to one string, for a slot may be written short."""
        node = value_at(self.flow.source.values, path) if self.flow.source else None
        found: list[str | int] = []
        for key in (part, language):
            if isinstance(node, Mapping) and key in node:
                found.append(key)
                node = node[key]
        return tuple(found)


Rule = Callable[[Subject], Iterator[Finding]]
Told = tuple[Path, str] | tuple[Path, str, str]
"""Where it is, what is wrong, and what to do about that where the rule doesn't say the same of all that it finds."""


def rule(code: str, severity: Severity, hint: str = "") -> Callable[[Callable[[Subject], Iterator[Told]]], Rule]:
    """Makes findings of this code out of what a rule tells. hint: what to do about each."""

    def made(look: Callable[[Subject], Iterator[Told]]) -> Rule:
        @wraps(look)
        def findings(subject: Subject) -> Iterator[Finding]:
            for path, text, *own in look(subject):
                yield subject.finding(path, code, severity, text, own[0] if own else hint)

        return findings

    return made


def handed_over(flows: Mapping[str, Flow]) -> dict[str, frozenset[str]]:
    """The variables that each flow is handed by others."""
    handed: dict[str, set[str]] = {}
    for flow in flows.values():
        for step in flow.steps:
            for mention in step.mentions():
                if mention.kind in ("runs", "becomes"):
                    handed.setdefault(mention.name, set()).update(step.hands())
    return {name: frozenset(given) for name, given in handed.items()}
