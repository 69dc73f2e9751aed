"""What publishing a flow would do: what is wrong with it, what changes, and who is in the middle of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from checkin.publishing import definitions, flow_counts
from checkin.publishing.flow_counts import WaitingCount
from flows.library import Library
from flows.loading import read
from flows.model.findings import Finding
from flows.model.flow import Flow
from flows.views.diff import Change, diff, why_not
from flows.views.drawing import Counts


@dataclass(frozen=True)
class PublishingPlan:
    """One flow that is to be published. `waiting`: how many people stand at each step of its other versions.

    seen: the hash of the live version, also of one that can be read no more; None if there is none. retired: it had
    one, and was taken out of use. stuck: why people could not be moved on to it, and how many.
    """

    flow: Flow
    live: Flow | None
    seen: str | None
    waiting: Mapping[str, int] = field(default_factory=dict)
    retired: bool = False
    stuck: Mapping[str, int] = field(default_factory=dict)

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
        if self.live is None:
            what = "it was retired, and comes back" if self.retired else "a new flow"
            lines = [f"{self.flow.name}: {'the live version can be read no more' if self.seen else what}"]
        return lines

    @property
    def note(self) -> str:
        return "; ".join([*map(str, self.changes)] or self.lines() or ["its conversations"])

    @property
    def movable(self) -> int:
        """How many of those who wait could go on in the new version."""
        return sum(self.waiting.values()) - sum(self.stuck.values())

    def moving(self) -> list[str]:
        """Who goes on in the new version when they are moved, and who stays in theirs and why."""
        lines = []
        if self.movable:
            lines.append(f"{_people(self.movable)} moved to it")
        lines += [f"{_people(count)} not moved: {why}" for why, count in self.stuck.items()]
        return lines

    def staying(self) -> str | None:
        """Who goes on with the version that they began with."""
        count = sum(self.waiting.values())
        if not count:
            return None
        return f"{_people(count)} in {self.flow.name} now and will finish with the version they started"


def plans(session: Session, flows: Collection[Flow]) -> list[PublishingPlan]:
    """What publishing these would do, each compared with its live version."""
    newest = definitions.newest(session)
    made = []
    for flow in flows:
        last = newest.get(flow.name)
        seen = last.hash if last and not last.retired else None
        before = definitions.readable(session, [seen]).get(seen) if seen else None
        there = [group for group in flow_counts.waiting(session, flow.name) if group.hash != flow.hash]
        people: Counter[str] = Counter()
        for group in there:
            people[group.step] += group.people
        made.append(
            PublishingPlan(flow, before, seen, people, last is not None and last.retired, _stuck(session, flow, there))
        )
    return made


def _stuck(session: Session, flow: Flow, there: Collection[WaitingCount]) -> dict[str, int]:
    """Why people who wait in other versions could not go on in this one."""
    found: Counter[str] = Counter()
    versions = definitions.readable(session, {group.hash for group in there})
    for group in there:
        old = versions.get(group.hash)
        why = why_not(old, flow, group.step) if old is not None else "their version can be read no more"
        if why is not None:
            found[f"at {group.step}: {why}"] += group.people
    return found


def live_flows(session: Session) -> dict[str, Flow]:
    """The live version of every flow that was published, by name."""
    live = definitions.live(session)
    found = definitions.readable(session, {value.hash for value in live.values()})
    return {name: found[publication.hash] for name, publication in live.items() if publication.hash in found}


def retired(session: Session) -> frozenset[str]:
    """The names of flows that were taken out of use."""
    return frozenset(name for name, publication in definitions.newest(session).items() if publication.retired)


def together(
    folder: Path, chosen: Collection[Flow], live: Mapping[str, Flow], without: Collection[str] = ()
) -> tuple[Library | None, list[Finding]]:
    """The library as it would run: the chosen versions, the others as they are live; and what is wrong with it.

    without: names of flows that are retired, or are to be.
    """
    from flows.checks.checker import about_flows  # 300 modules: graphs, for whoever publishes

    left_out = set(without) - {flow.name for flow in chosen}
    others = [flow for flow in live.values() if flow.name not in left_out]
    library, found = read(folder, instead=[*others, *chosen], without=left_out)
    return library, [*found, *(about_flows(library) if library else ())]


def counts(session: Session, flow: Flow, line: str | None = None) -> Counts:
    """Who waits (on this line) at which step of a flow, which ways were taken, and from where conversations left.

    Ways are counted for a flow, whatever line leads to it. All versions together; only steps without an id are counted
    in this version alone, since they are others in another.
    """
    waiting: Counter[str] = Counter()
    for group in flow_counts.waiting(session, flow.name, line):
        waiting[group.step] += group.people
    ended: dict[str, Counter[str]] = {}
    for end in flow_counts.ended(session, flow.name, line=line):
        ended.setdefault(end.step, Counter())[end.outcome] += end.conversations
    ways: Counter[tuple[str, str]] = Counter()
    passed = flow_counts.passed(session, flow.name)
    for left in passed:
        if not left.step.startswith("@") or flow.hash.startswith(left.version):
            ways[left.step, left.outcome] += left.times
    return Counts(waiting, ended, ways, flow_counts.median_waits(passed))


def _people(count: int) -> str:
    return "1 person is" if count == 1 else f"{count} people are"
