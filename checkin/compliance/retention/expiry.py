"""Ends rows, some at a time, so that nobody who texts or calls has to wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, delete, func, select, tuple_, update

from checkin.compliance.retention import at_network, predicates
from checkin.compliance.rules import ENDS
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.models import Base
from checkin.core.unit_of_work import Work
from checkin.messages.models import Message, Recording
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.stories import recordings
from checkin.stories.models import Story

SOME = 200
"""Rows in one transaction: a few hundredths of a second."""

SOUND = ("media_key", "original_key")
"""Columns that name a file of the media store."""


def tables() -> list[str]:
    """The tables whose rows come to an end by time, those that hold others first."""
    return [table.name for table in reversed(Base.metadata.sorted_tables) if ENDS[table.name].counted_from]


def waiting(work: Work, name: str) -> int:
    """How many rows of this table end now."""
    table = Base.metadata.tables[name]
    return work.session.scalar(select(func.count()).select_from(table).where(predicates.ended(work, name))) or 0


def end_some(work: Work, name: str) -> int:
    """End some rows of this table. Answers how many; fewer than SOME: there are no more for now.

    A recording's sound is destroyed here and at the network first, by the worker; its row goes when both are gone.
    """
    table = Base.metadata.tables[name]
    if len(table.primary_key.columns) > 1:
        return _delete_nobodys(work, table)
    key = predicates.key_of(table)
    ids = list(work.session.scalars(select(key).where(predicates.ended(work, name)).limit(SOME)))
    if not ids:
        return 0
    if ENDS[name].how == "blank":
        _blank(work, table, ids)
    elif name == "recordings":
        _recordings(work, table, ids)
    else:
        _delete(work, table, ids)
    return len(ids)


def note(work: Work, ended: Mapping[str, int]) -> None:
    """One line in the audit: how many rows of which table came to their end."""
    said = ", ".join(f"{name} {count}" for name, count in sorted(ended.items()) if count)
    if said:
        audit.write(work, "the line", AuditAction.RETENTION, "rows", after=said)


def _blank(work: Work, table: Table, ids: Sequence[str]) -> None:
    key = predicates.key_of(table)
    if table.name == Message.__tablename__:
        there = select(Message.id).where(Message.id.in_(ids), Message.sid.is_not(None), Message.redacted_at.is_(None))
        at_network.blank(work, list(work.session.scalars(there)))
    fields = dict.fromkeys(ENDS[table.name].fields)
    work.session.execute(update(table).where(key.in_(ids)).values(fields))


def _recordings(work: Work, table: Table, ids: Sequence[str]) -> None:
    gone = []
    for row in work.session.scalars(select(Recording).where(Recording.id.in_(ids))):
        if row.state != "destroyed":
            recordings.forget(work, row.id)
        elif row.media_key is None and row.network_state == "deleted":
            gone.append(row.id)
        elif not _is_seen_to(work, row.id):
            outbox.later(work, "forget_recording", row.id, work.now)
    if gone:
        work.session.flush()
        _delete(work, table, gone)


def _is_seen_to(work: Work, about_id: str) -> bool:
    waits = select(Outbox.id).where(Outbox.about_id == about_id, Outbox.done_at.is_(None)).limit(1)
    return work.session.scalar(waits) is not None


def _delete(work: Work, table: Table, ids: Sequence[str]) -> None:
    """Delete these with what goes with them; whatever else points to them lets go."""
    for child, key in predicates.references(table):
        if predicates.goes_with(child, table):
            _silence(
                work, child, work.session.scalars(select(key.parent).where(key.parent.in_(ids))).all(), key.parent.name
            )
            work.session.execute(delete(child).where(key.parent.in_(ids)))
        elif key.parent.nullable:
            work.session.execute(update(child).where(key.parent.in_(ids)).values({key.parent.name: None}))
    if table.name == Story.__tablename__:
        for recording_id in work.session.scalars(
            select(Story.recording_id).where(Story.id.in_(ids), Story.recording_id.is_not(None))
        ):
            if recording_id:
                recordings.forget(work, recording_id)
        work.session.flush()
    _silence(work, table, ids, predicates.key_of(table).name)
    work.session.execute(delete(table).where(predicates.key_of(table).in_(ids)))


def _delete_nobodys(work: Work, table: Table) -> int:
    """Delete some rows of a table that no other points to, and that has no single column to tell its rows apart."""
    keys = list(table.primary_key.columns)
    found = work.session.execute(select(*keys).where(predicates.ended(work, table.name)).limit(SOME)).all()
    if found:
        work.session.execute(delete(table).where(tuple_(*keys).in_([tuple(row) for row in found])))
    return len(found)


def _silence(work: Work, table: Table, ids: Sequence[str], by: str) -> None:
    """Have the sound of these rows destroyed by the worker."""
    for column in SOUND:
        if column in table.c:
            named = select(table.c[column]).where(table.c[by].in_(ids), table.c[column].is_not(None))
            for media_key in work.session.scalars(named):
                outbox.later(work, "destroy_media", media_key, work.now)
