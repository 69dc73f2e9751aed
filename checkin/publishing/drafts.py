"""Keeping what somebody writes, so that nothing is lost and nobody writes over somebody else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, update

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions, draft_queries
from checkin.publishing import service as publishing
from checkin.publishing.models import FlowDraft, TranscriptDraft
from flows.checks.drafts import Draft, read_draft
from flows.model.flow import Flow
from flows.model.yaml_source import LARGEST

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Seen:
    """What somebody looked at before they said yes.

    revision: of the flow's draft; 0 for none. live: the hash of its live version. talks: the revision of each draft of
    conversations that goes live with it, by flow.
    """

    revision: int
    live: str | None
    talks: Mapping[str, int] = field(default_factory=dict)


class Clash(UserError):
    """Somebody else kept another text of the same flow meanwhile: `theirs` is its newest revision."""

    def __init__(self, words: str, /, *, theirs: int, **placeholders: Any) -> None:
        super().__init__(words, **placeholders)
        self.theirs = theirs


def keep(uow: UnitOfWork, flow: str, source: str, seen: int, by: str, clips: Mapping[str, str]) -> Draft:
    """Keep this text, whether or not it can be read, and answer what it makes.

    seen: the revision that it was written from; 0 when there was none. Raises Clash when there is another by now,
    UserError for a text that is too long or a name that is none.
    """
    if not NAME.fullmatch(flow):
        raise UserError("a flow's name has lowercase letters, digits and _, like after_the_storm")
    text = fit(source)
    made = read_draft(text, flow, uow.library, clips)
    now = made.flow.hash if made.flow else None
    there = draft_queries.of(uow.session, flow)
    if (there.revision if there else 0) != seen:
        raise clash(flow, there.revision if there else 0)
    if there is not None and there.source == text:
        return made
    before = there.hash if there else None
    if there is None:
        live = definitions.live(uow.session).get(flow)
        uow.session.add(FlowDraft(flow=flow, source=text, revision=1, hash=now, base=live.hash if live else None,
                                   by=by[:80], at=uow.now))  # fmt: skip
        uow.session.flush()
    else:
        _replace(uow, flow, seen, source=text, hash=now, by=by[:80])
    audit.write(uow, by, AuditAction.CHANGED_DRAFT, flow, before, now)
    return made


def drop(uow: UnitOfWork, flow: str, seen: int, by: str) -> None:
    """Discard the draft: the live version counts again. Raises UserError when it is another one by now."""
    if not changed(uow.session, delete(FlowDraft).where(FlowDraft.flow == flow, FlowDraft.revision == seen)):
        raise UserError("someone else has changed the draft of %(flow)s: look at it again first", flow=flow)
    audit.write(uow, by, AuditAction.PUT_DRAFT_AWAY, flow)


def unchanged(uow: UnitOfWork, flow: str, seen: Seen) -> None:
    """Raises UserError when a draft, or what is live, is another than the one that was looked at."""
    draft, live = draft_queries.of(uow.session, flow), definitions.live(uow.session).get(flow)
    if (draft.revision if draft else 0) != seen.revision:
        raise UserError("someone else has changed the draft of %(flow)s: look at it again, then publish", flow=flow)
    if (live.hash if live else None) != seen.live:
        raise UserError("someone else just published %(flow)s: look at it again, then publish", flow=flow)
    for name, revision in seen.talks.items():
        talks = draft_queries.of_talks(uow.session, name)
        if (talks.revision if talks else 0) != revision:
            raise UserError(
                "someone else has changed the test conversations of %(flow)s: look at them again, then publish",
                flow=name,
            )


def publish(uow: UnitOfWork, flow: Flow, by: str, note: str, seen: Seen) -> None:
    """Make what the drafts say live: the flow, its conversations, and those of other flows that go with them.

    Raises UserError when anything is another than what was looked at.
    """
    unchanged(uow, flow.name, seen)
    live = definitions.live(uow.session)
    others = definitions.readable(
        uow.session, [live[name].hash for name in seen.talks if name != flow.name and name in live]
    )
    chosen = [flow, *others.values()]
    written = {name: draft_queries.of_talks(uow.session, name) for name in seen.talks}
    talks = {name: draft.source for name, draft in written.items() if draft is not None}
    before = {other.name: live[other.name].hash if other.name in live else None for other in chosen}
    notes = {other.name: definitions.ALONG % flow.name for other in chosen} | {flow.name: note}
    publishing.publish(uow, chosen, by, notes, before, talks)
    uow.session.execute(delete(TranscriptDraft).where(TranscriptDraft.flow.in_(talks)))
    if seen.revision:
        _replace(uow, flow.name, seen.revision, base=flow.hash, hash=flow.hash)


def back(uow: UnitOfWork, flow: Flow, by: str, seen: str | None) -> None:
    """Make an older version live again, with its conversations and those of other flows that went on with it since.

    A draft that says nothing of its own goes. seen: the live version that was looked at. Raises UserError when it is
    that version, or another one is live by now.
    """
    if flow.hash == seen:
        raise UserError("this version of %(name)s is already live", name=flow.name)
    publishing.go_back(uow, flow, by, seen)
    uow.session.execute(delete(FlowDraft).where(FlowDraft.flow == flow.name, FlowDraft.hash.in_([seen, flow.hash])))


def _replace(uow: UnitOfWork, flow: str, seen: int, **values: str | None) -> None:
    standing = update(FlowDraft).where(FlowDraft.flow == flow, FlowDraft.revision == seen)
    if not changed(uow.session, standing.values(revision=seen + 1, at=uow.now, **values)):
        raise clash(flow, seen + 1)


def clash(flow: str, theirs: int) -> Clash:
    """What whoever comes second is told."""
    return Clash("someone else has saved a different text of %(flow)s since you opened it", flow=flow, theirs=theirs)


def fit(source: str) -> str:
    """The text as it is kept. Raises UserError for one that is too long."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").rstrip() + "\n"
    if len(text.encode()) > LARGEST:
        raise UserError("that's longer than %(most)s kB: split the flow into several", most=LARGEST // 1024)
    return text
