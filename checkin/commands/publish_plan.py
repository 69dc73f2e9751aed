"""What publishing a flow would do: what is wrong with it, what changes, and who is in the middle of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from checkin.live_flows import read_version
from checkin.queries import definitions, flow_counts
from flows.check import about_flows
from flows.diff import Change, diff
from flows.draw import Counts
from flows.findings import Finding, errors
from flows.library import Library, read
from flows.model import Flow
from flows.transcripts.coverage import failures, play, untested
from flows.transcripts.files import read_transcripts


@dataclass(frozen=True)
class Plan:
    """One flow that is to be published. `waiting`: how many people stand at each step of it, in any version.

    seen: the hash of the live version, also of one that can be read no more; None if there is none.
    """

    flow: Flow
    live: Flow | None
    seen: str | None
    waiting: Mapping[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is otherwise than in the live version; nothing for a flow that has none."""
        return diff(self.live, self.flow) if self.live else ()

    def lines(self) -> list[str]:
        """The changes in words; at the first of each step how many people are waiting there."""
        told: set[str] = set()
        lines = []
        for change in self.changes:
            count = self.waiting.get(change.step, 0) if change.step and change.step not in told else 0
            told.add(change.step or "")
            lines.append(f"{change}; {_people(count)} waiting there" if count else str(change))
        return lines or [f"{self.flow.name}: {'the live version can be read no more' if self.seen else 'a new flow'}"]

    @property
    def note(self) -> str:
        """For the history."""
        return "; ".join(map(str, self.changes)) or self.lines()[0]

    def staying(self) -> str | None:
        """Who goes on with the version that they began with."""
        count = sum(self.waiting.values())
        if not count:
            return None
        goes = "goes on with the version that they" if count == 1 else "go on with the version that each of them"
        return f"{_people(count)} in the middle of {self.flow.name} and {goes} began with"


def plans(session: Session, flows: Collection[Flow]) -> list[Plan]:
    """What publishing these would do, each compared with its live version."""
    live = definitions.live(session)
    people: dict[str, Counter[str]] = {}
    for one in flow_counts.waiting(session):
        people.setdefault(one.flow, Counter())[one.step] += one.people
    made = []
    for flow in flows:
        seen = live[flow.name].hash if flow.name in live else None
        before = read_version(session, seen) if seen else None
        made.append(Plan(flow, before, seen, people.get(flow.name, {})))
    return made


def live_flows(session: Session) -> dict[str, Flow]:
    """The live version of every flow that was published, by name."""
    found = {name: read_version(session, one.hash) for name, one in definitions.live(session).items()}
    return {name: flow for name, flow in found.items() if flow is not None}


def together(folder: Path, chosen: Collection[Flow], live: Mapping[str, Flow]) -> tuple[Library | None, list[Finding]]:
    """The library as it would run: the chosen versions, the others as they are live; and what is wrong with it."""
    library, found = read(folder, instead=[*live.values(), *chosen])
    return library, [*found, *(about_flows(library) if library else ())]


def faults(folder: Path, chosen: Collection[Flow], live: Mapping[str, Flow]) -> list[Finding]:
    """What stands against publishing these: errors, conversations that go otherwise, and warnings about ways untested.

    A conversation counts that passes through one of them; it is played with the live versions of the others.
    """
    library, found = together(folder, chosen, live)
    if library is None or errors(found):
        return sorted(set(errors(found)))
    names, files = {flow.name for flow in chosen}, {flow.file for flow in chosen}
    placed, unread = read_transcripts(folder)
    played = list(play(library, placed))
    failed = [
        finding
        for one, result in played
        if one.transcript.flow in names or names & {flow for flow, _, _ in result.ways}
        for finding in failures(one, result)
    ]
    missing = untested(library, placed, [result for _, result in played])
    return sorted([*unread, *failed, *(finding for finding in missing if finding.file in files)])


def counts(session: Session, flow: str) -> Counts:
    """Who waits at which step of a flow, and from where conversations left; all versions together."""
    waiting: Counter[str] = Counter()
    for one in flow_counts.waiting(session, flow):
        waiting[one.step] += one.people
    ended: dict[str, Counter[str]] = {}
    for end in flow_counts.ended(session, flow):
        ended.setdefault(end.step, Counter())[end.outcome] += end.conversations
    return Counts(waiting, ended)


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"
