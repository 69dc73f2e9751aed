"""Which version of a flow new conversations begin with. Those that are open keep the version that they began with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions
from checkin.publishing.models import Definition, Publication
from flows.model.flow import Flow

FILES = "the files"
"""Who published what nobody did: the first version of a flow, and what replaced it before anybody published."""

LONGEST_NOTE = 400


def publish(
    uow: UnitOfWork,
    flows: Iterable[Flow],
    by: str,
    notes: Mapping[str, str],
    seen: Mapping[str, str | None],
    talks: Mapping[str, str | None] | None = None,
) -> None:
    """Let new conversations begin with these versions, and write down who did it.

    notes: what changed, by the name of the flow. seen: the live version (its hash, None for none) that each was
    compared with. talks: the conversations of each that has others from now on; None: what their file says. Raises
    UserError when somebody else published one of them meanwhile; then nothing changes.
    """
    written = {**definitions.talks(uow.session), **(talks or {})}
    chosen = list(flows)
    _one_at_a_time(uow)
    live = definitions.live(uow.session)
    for flow in chosen:
        now = live[flow.name].hash if flow.name in live else None
        if now != seen[flow.name]:
            raise UserError("someone else just published %(name)s: look at it again, then publish", name=flow.name)
    store(uow, chosen, by)
    for flow in chosen:
        _add(uow, flow, by, notes.get(flow.name), live.get(flow.name), written.get(flow.name))


def go_back(uow: UnitOfWork, flow: Flow, by: str, seen: str | None) -> None:
    """Publish an older version again, with the conversations that it had, and those that other flows had beside it.

    seen: as for publishing.
    """
    talks, notes, others = returning(uow.session, flow)
    before: dict[str, str | None] = {other.name: other.hash for other in others}
    publish(uow, [flow, *others], by, notes, before | {flow.name: seen}, talks)


def returning(session: Session, flow: Flow) -> tuple[dict[str, str | None], dict[str, str], list[Flow]]:
    """What comes back with an older version: conversations by flow, the notes for it, and the other flows."""
    along = definitions.gone_along(session, flow.name, flow.hash)
    others = list(definitions.readable(session, [row.hash for row in along.values()]).values())
    talks = {other.name: along[other.name].talks for other in others}
    talks[flow.name] = definitions.talks_of(session, flow.name, flow.hash)
    notes = {other.name: definitions.ALONG % flow.name for other in others}
    return talks, notes | {flow.name: f"back to {flow.hash[:12]}"}, others


def retire(uow: UnitOfWork, name: str, by: str, seen: str) -> None:
    """Let no conversation begin with this flow any more; those that are open go on. Its versions stay.

    seen: the hash of the live version that was looked at. Raises UserError when it is not live, or another version is.
    """
    _one_at_a_time(uow)
    live = definitions.live(uow.session).get(name)
    if live is None:
        raise UserError("%(name)s isn't live: there's nothing to retire", name=repr(name))
    if live.hash != seen:
        raise UserError("someone else just published %(name)s: look at it again, then retire it", name=name)
    written = definitions.talks(uow.session).get(name)
    gone = Publication(flow=name, hash=live.hash, at=uow.now, by=by[:80], note="retired", from_files=False)
    gone.retired, gone.talks = True, written
    uow.session.add(gone)
    audit.write(uow, by, AuditAction.RETIRED_FLOW, name, live.hash, None)


def follow_files(uow: UnitOfWork, flows: Iterable[Flow]) -> list[Flow]:
    """Keep what the files say, and make it live where nobody has ever published the flow. Answers what became live."""
    chosen = list(flows)
    store(uow, chosen, FILES)
    if not _differing(definitions.newest(uow.session), chosen):
        return []
    _one_at_a_time(uow)
    live = definitions.newest(uow.session)
    newer = _differing(live, chosen)
    for flow in newer:
        _add(uow, flow, FILES, None, live.get(flow.name))
    return newer


def store(uow: UnitOfWork, flows: Iterable[Flow], by: str) -> None:
    """Keep these versions for the conversations that begin with them; known ones stay as they are."""
    new = {flow.hash: flow for flow in flows}
    for known in definitions.stored(uow.session, new.keys()):
        del new[known]
    insert_new(
        uow.session, Definition,
        [
            {"hash": hash_, "flow": flow.name, "source": flow.definition, "published_at": uow.now, "published_by": by}
            for hash_, flow in sorted(new.items())
        ],
    )  # fmt: skip


def version(uow: UnitOfWork, start: str, flow: str | None = None) -> Flow:
    """The kept version whose hash begins so. Raises UserError when there is none, or more than one."""
    found = definitions.beginning_with(uow.session, start, flow)
    if not found and flow:
        raise UserError(
            "no version of %(flow)s starts with %(start)s",
            code="no_version",
            flow=flow,
            start=repr(start),
        )
    if not found:
        raise UserError("no version starts with %(start)s", code="no_version", start=repr(start))
    if len(found) > 1:
        raise UserError(
            "%(count)s versions start with %(start)s: enter more characters", count=len(found), start=repr(start)
        )
    kept = definitions.flow_of(uow.session, found[0])
    assert kept is not None, "it was found a moment ago, and rows are never deleted"
    return kept


def _differing(live: Mapping[str, Publication], flows: Iterable[Flow]) -> list[Flow]:
    """Flows that were never live, or only ever from files that said something else. Retired is retired."""
    return [
        flow
        for flow in flows
        if (now := live.get(flow.name)) is None or (now.from_files and now.hash != flow.hash)
    ]  # fmt: skip


def _add(
    uow: UnitOfWork, flow: Flow, by: str, note: str | None, before: Publication | None, talks: str | None = None
) -> None:
    short = note[: LONGEST_NOTE - 1] + "…" if note and len(note) > LONGEST_NOTE else note
    uow.session.add(
        Publication(
            flow=flow.name, hash=flow.hash, at=uow.now, by=by[:80], note=short, from_files=by == FILES, talks=talks
        )
    )
    uow.session.flush()  # one after the other: their numbers are their order
    audit.write(uow, by, AuditAction.PUBLISHED_FLOW, flow.name, before.hash if before else None, flow.hash)


def _one_at_a_time(uow: UnitOfWork) -> None:
    """Wait for whoever is publishing; readers don't. SQLite has one writer anyway."""
    if uow.session.get_bind().dialect.name == "postgresql":
        uow.session.execute(text("LOCK TABLE publications IN SHARE ROW EXCLUSIVE MODE"))
