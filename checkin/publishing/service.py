"""Which version of a flow new conversations begin with. Those that are open keep the version that they began with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import text

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import Work
from checkin.publishing import definitions
from checkin.publishing.definitions import Published
from checkin.publishing.models import Definition, Publication
from flows.model.flow import Flow

FILES = "the files"
"""Who published what nobody did: the first version of a flow, and what replaced it before anybody published."""

LONGEST_NOTE = 400


def publish(
    work: Work,
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
    written = {**definitions.talks(work.session), **(talks or {})}
    chosen = list(flows)
    _one_at_a_time(work)
    live = definitions.live(work.session)
    for flow in chosen:
        now = live[flow.name].hash if flow.name in live else None
        if now != seen[flow.name]:
            raise UserError(
                "somebody else has just published %(name)s: look at it again, and publish then", name=flow.name
            )
    store(work, chosen, by)
    for flow in chosen:
        _add(work, flow, by, notes.get(flow.name), live.get(flow.name), written.get(flow.name))


def retire(work: Work, name: str, by: str, seen: str) -> None:
    """Let no conversation begin with this flow any more; those that are open go on. Its versions stay.

    seen: the hash of the live version that was looked at. Raises UserError when it is not live, or another version is.
    """
    _one_at_a_time(work)
    live = definitions.live(work.session).get(name)
    if live is None:
        raise UserError("%(name)s is not live: there is nothing to retire", name=repr(name))
    if live.hash != seen:
        raise UserError("somebody else has just published %(name)s: look at it again, and retire it then", name=name)
    written = definitions.talks(work.session).get(name)
    gone = Publication(flow=name, hash=live.hash, at=work.now, by=by[:80], note="retired", from_files=False)
    gone.retired, gone.talks = True, written
    work.session.add(gone)
    audit.write(work, by, AuditAction.RETIRED_FLOW, name, live.hash, None)


def follow_files(work: Work, flows: Iterable[Flow]) -> list[Flow]:
    """Keep what the files say, and make it live where nobody has ever published the flow. Answers what became live."""
    chosen = list(flows)
    store(work, chosen, FILES)
    if not _differing(definitions.newest(work.session), chosen):
        return []
    _one_at_a_time(work)
    live = definitions.newest(work.session)
    newer = _differing(live, chosen)
    for flow in newer:
        _add(work, flow, FILES, None, live.get(flow.name))
    return newer


def store(work: Work, flows: Iterable[Flow], by: str) -> None:
    """Keep these versions for the conversations that begin with them; known ones stay as they are."""
    new = {flow.hash: flow for flow in flows}
    for known in definitions.stored(work.session, new.keys()):
        del new[known]
    insert_new(
        work.session, Definition,
        [
            {"hash": hash_, "flow": flow.name, "source": flow.definition, "published_at": work.now, "published_by": by}
            for hash_, flow in sorted(new.items())
        ],
    )  # fmt: skip


def version(work: Work, start: str, flow: str | None = None) -> Flow:
    """The kept version whose hash begins so. Raises UserError when there is none, or more than one."""
    found = definitions.beginning_with(work.session, start, flow)
    if not found and flow:
        raise UserError(
            "no version of %(flow)s begins with %(start)s",
            code="no_version",
            flow=flow,
            start=repr(start),
        )
    if not found:
        raise UserError("no version begins with %(start)s", code="no_version", start=repr(start))
    if len(found) > 1:
        raise UserError(
            "%(count)s versions begin with %(start)s: write more of its characters", count=len(found), start=repr(start)
        )
    kept = definitions.flow_of(work.session, found[0])
    assert kept is not None, "it was found a moment ago, and rows are never deleted"
    return kept


def _differing(live: Mapping[str, Published], flows: Iterable[Flow]) -> list[Flow]:
    """Flows that were never live, or only ever from files that said something else. Retired is retired."""
    return [
        flow
        for flow in flows
        if (now := live.get(flow.name)) is None or (now.from_files and now.hash != flow.hash)
    ]  # fmt: skip


def _add(work: Work, flow: Flow, by: str, note: str | None, before: Published | None, talks: str | None = None) -> None:
    short = note[: LONGEST_NOTE - 1] + "…" if note and len(note) > LONGEST_NOTE else note
    work.session.add(
        Publication(
            flow=flow.name, hash=flow.hash, at=work.now, by=by[:80], note=short, from_files=by == FILES, talks=talks
        )
    )
    work.session.flush()  # one after the other: their numbers are their order
    audit.write(work, by, AuditAction.PUBLISHED_FLOW, flow.name, before.hash if before else None, flow.hash)


def _one_at_a_time(work: Work) -> None:
    """Wait for whoever is publishing; readers don't. SQLite has one writer anyway."""
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("LOCK TABLE publications IN SHARE ROW EXCLUSIVE MODE"))
