"""Which versions of the flows there are, which of them is live, and which were before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.publishing.models import Definition, Publication
from flows.model.findings import FlowError
from flows.model.flow import Flow
from flows.parsing import restore

log = structlog.get_logger()


@dataclass(frozen=True)
class Mark:
    """How far the list of publications had come; it is another one after every publication.

    `newest` alone would not do: of two that were made at once the earlier number may be seen later.
    """

    newest: int = 0
    count: int = 0


def flow_of(session: Session, flow_hash: str) -> Flow | None:
    """The flow with this hash as it was published; None if it never was. Raises FlowError if it reads no longer."""
    source = session.scalar(select(Definition.source).where(Definition.hash == flow_hash))
    return None if source is None else restore(source, file=f"published:{flow_hash[:12]}")


def readable(session: Session, hashes: Collection[str]) -> dict[str, Flow]:
    """Those of these versions that were published and can still be read, by hash: one statement, none for nothing."""
    if not hashes:
        return {}
    rows = session.execute(select(Definition.hash, Definition.source).where(Definition.hash.in_(hashes)))
    found: dict[str, Flow] = {}
    for flow_hash, source in rows:
        try:
            found[flow_hash] = restore(source, file=f"published:{flow_hash[:12]}")
        except FlowError:
            log.error("definition_unreadable", hash=flow_hash[:12])
    return found


def mark(session: Session) -> Mark:
    """How far the list of publications has come."""
    newest, count = session.execute(select(func.max(Publication.id), func.count())).one()
    return Mark(newest or 0, count)


def live(session: Session) -> dict[str, Publication]:
    """What new conversations begin with, by the name of the flow."""
    return {name: row for name, row in newest(session).items() if not row.retired}


def newest(session: Session) -> dict[str, Publication]:
    """The newest publication of each flow that was ever live, also of those that are retired."""
    last = select(func.max(Publication.id)).group_by(Publication.flow)
    rows = session.scalars(select(Publication).where(Publication.id.in_(last)).order_by(Publication.flow))
    return {row.flow: row for row in rows}


def talks(session: Session) -> dict[str, str]:
    """The conversations of flows as they were published on the pages, by name; the others are what their files say."""
    last = select(func.max(Publication.id)).group_by(Publication.flow)
    found = select(Publication.flow, Publication.talks).where(Publication.id.in_(last), Publication.talks.is_not(None))
    return {flow: text or "" for flow, text in session.execute(found)}


def talks_of(session: Session, flow: str, flow_hash: str) -> str | None:
    """The conversations that this version had when it was live last; None: what their file says."""
    found = select(Publication.talks).where(Publication.flow == flow, Publication.hash == flow_hash)
    return session.scalars(found.order_by(Publication.id.desc()).limit(1)).first()


ALONG = "its conversations, with %s"
"""The note of a publication whose conversations went live with another flow: what goes back with it, too."""


def gone_along(session: Session, flow: str, flow_hash: str) -> dict[str, Publication]:
    """What other flows were while this version was live last, where their conversations went on with it since.

    A flow is left out that has been published by itself meanwhile: its conversations are about what it says now.
    """
    past = history(session, flow)
    place = next((number for number, row in enumerate(past) if row.hash == flow_hash and not row.retired), 0)
    if not place:
        return {}
    until, note = past[place - 1].id, ALONG % flow
    since = select(Publication).where(Publication.id > until, Publication.flow != flow).order_by(Publication.id)
    later: dict[str, list[Publication]] = {}
    for row in session.scalars(since):
        later.setdefault(row.flow, []).append(row)
    names = [name for name, rows in later.items() if all(row.note == note for row in rows)]
    newest = select(func.max(Publication.id)).where(Publication.id < until, Publication.flow.in_(names))
    then = session.scalars(select(Publication).where(Publication.id.in_(newest.group_by(Publication.flow))))
    return {row.flow: row for row in then if row.hash == later[row.flow][-1].hash}


def history(session: Session, flow: str) -> list[Publication]:
    """Every publication of a flow, the newest first."""
    rows = session.scalars(select(Publication).where(Publication.flow == flow).order_by(Publication.id.desc()))
    return list(rows)


def stored(session: Session, hashes: Collection[str]) -> set[str]:
    """Which of these versions are in the database."""
    return set(session.scalars(select(Definition.hash).where(Definition.hash.in_(hashes))))


def beginning_with(session: Session, start: str, flow: str | None = None) -> list[str]:
    """The hashes that begin with these characters, of this flow or of any."""
    found = select(Definition.hash).where(Definition.hash.startswith(start, autoescape=True)).order_by(Definition.hash)
    return list(session.scalars(found if flow is None else found.where(Definition.flow == flow)))
