"""What the pages of the flows show: which there are, which version is live, who writes on them, how many wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions, draft_queries, flow_counts
from checkin.publishing.models import FlowDraft, Publication, TranscriptDraft
from checkin.web.reads.changes import named
from flows.model.flow import Flow

State = Literal["live", "retired", "new"]
Writing = Literal["", "changed", "broken"]
"""What the draft is: nothing of its own, other words than the live version, or none that can be read."""


@dataclass(frozen=True)
class FlowRow:
    """One flow. published: its newest publication. flow: the version that it names; None for one that is nowhere.

    talks: the draft of its conversations. waiting: people in open conversations of each of its versions, by hash.
    others: the names of other lines that lead to it, too.
    """

    name: str
    published: Publication | None
    flow: Flow | None
    draft: FlowDraft | None
    talks: TranscriptDraft | None = None
    waiting: Mapping[str, int] = field(default_factory=dict)
    others: Sequence[str] = ()

    @property
    def state(self) -> State:
        """Whether new conversations begin with it."""
        if self.published is None:
            return "new" if self.flow is None else "live"
        return "retired" if self.published.retired else "live"

    @property
    def live(self) -> str | None:
        """The hash that is live."""
        return self.published.hash if self.published and not self.published.retired else None

    @property
    def writing(self) -> Writing:
        """What its draft is."""
        if self.draft is None or (self.flow and self.draft.hash == self.flow.hash and self.state == "live"):
            return ""
        return "changed" if self.draft.hash else "broken"

    @property
    def overtaken(self) -> bool:
        """Whether another version was published since the draft was begun."""
        return self.draft is not None and self.live is not None and self.draft.base != self.live and bool(self.writing)

    @property
    def people(self) -> int:
        """How many are in the middle of it."""
        return sum(self.waiting.values())

    @property
    def older(self) -> int:
        """How many of them began with another version than the live one."""
        return self.people - self.waiting.get(self.flow.hash if self.flow else "", 0)


def listed(uow: UnitOfWork, line: str) -> list[FlowRow]:
    """Every flow, those that are written and those that were live, with who waits on this line: four statements."""
    newest, written = definitions.newest(uow.session), draft_queries.all_of_them(uow.session)
    talks = draft_queries.all_talks(uow.session)
    waiting: dict[str, Counter[str]] = {}
    for flow_row in flow_counts.waiting(uow.session, line=line):
        waiting.setdefault(flow_row.flow, Counter())[flow_row.hash] += flow_row.people
    names = sorted({*newest, *written, *uow.library.flows})
    return [
        FlowRow(
            name,
            newest.get(name),
            version(uow, name, newest.get(name)),
            written.get(name),
            talks.get(name),
            waiting.get(name, {}),
        )
        for name in names
    ]


def flow_row(uow: UnitOfWork, name: str, line: str) -> FlowRow | None:
    """This flow, with who waits in it on this line; None when there is none: four statements, and one for a version
    that is new to this process."""
    published, draft = definitions.newest(uow.session).get(name), draft_queries.of(uow.session, name)
    talks = draft_queries.of_talks(uow.session, name)
    flow = version(uow, name, published)
    if flow is None and draft is None:
        return None
    waiting: Counter[str] = Counter()
    for there in flow_counts.waiting(uow.session, name, line):
        waiting[there.hash] += there.people
    return FlowRow(name, published, flow, draft, talks, waiting)


def version(uow: UnitOfWork, name: str, published: Publication | None) -> Flow | None:
    """The version that was published last; before anything was published, what the files say."""
    return uow.library.flows.get(name) if published is None else uow.pinned(published.hash)


@dataclass(frozen=True)
class Past:
    """One publication: `by` as a person is called."""

    published: Publication
    by: str
    people: int


def history(uow: UnitOfWork, name: str, line: str) -> list[Past]:
    """Every publication of a flow, the newest first, with how many of this line are in the middle of each: four
    statements. Who published is called by name where they are of this line."""
    rows = definitions.history(uow.session, name)
    called = named(uow, [row.by for row in rows], line)
    waiting: Counter[str] = Counter()
    for flow_row in flow_counts.waiting(uow.session, name, line):
        waiting[flow_row.hash] += flow_row.people
    return [Past(row, called[row.by], waiting[row.hash]) for row in rows]
