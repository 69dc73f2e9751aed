"""Ends rows, some at a time, so that nobody who texts or calls has to wait for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Table, delete, func, select, tuple_, update

from checkin.compliance.retention import at_network, predicates
from checkin.compliance.rules import ENDS
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.models import Base
from checkin.core.unit_of_work import UnitOfWork
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


def waiting(uow: UnitOfWork, name: str) -> int:
    """How many rows of this table end now."""
    table = Base.metadata.tables[name]
    return uow.session.scalar(select(func.count()).select_from(table).where(predicates.ended(uow, name))) or 0


def end_some(uow: UnitOfWork, name: str) -> int:
    """End some rows of this table. Answers how many; fewer than SOME: there are no more for now.

    A recording's sound is destroyed here and at the network first, by the worker; its row goes when both are gone.
    """
    table = Base.metadata.tables[name]
    if len(table.primary_key.columns) > 1:
        return _delete_nobodys(uow, table)
    key = predicates.key_of(table)
    ids = list(uow.session.scalars(select(key).where(predicates.ended(uow, name)).limit(SOME)))
    if not ids:
        return 0
    if ENDS[name].how == "blank":
        _blank(uow, table, ids)
    elif name == "recordings":
        _recordings(uow, table, ids)
    else:
        _delete(uow, table, ids)
    return len(ids)


def note(uow: UnitOfWork, ended: Mapping[str, int]) -> None:
    """One line in the audit: how many rows of which table came to their end."""
    said = ", ".join(f"{name} {count}" for name, count in sorted(ended.items()) if count)
    if said:
        audit.write(uow, "the line", AuditAction.RETENTION, "rows", after=said)


def _blank(uow: UnitOfWork, table: Table, ids: Sequence[str]) -> None:
    key = predicates.key_of(table)
    if table.name == Message.__tablename__:
        there = select(Message.id).where(Message.id.in_(ids), Message.sid.is_not(None), Message.redacted_at.is_(None))
        at_network.blank(uow, list(uow.session.scalars(there)))
    fields = dict.fromkeys(ENDS[table.name].fields)
    uow.session.execute(update(table).where(key.in_(ids)).values(fields))


def _recordings(uow: UnitOfWork, table: Table, ids: Sequence[str]) -> None:
    gone = []
    for row in uow.session.scalars(select(Recording).where(Recording.id.in_(ids))):
        if row.state != "destroyed":
            recordings.forget(uow, row.id)
        elif row.media_key is None and row.network_state == "deleted":
            gone.append(row.id)
        elif not _is_seen_to(uow, row.id):
            outbox.later(uow, "forget_recording", row.id, uow.now)
    if gone:
        uow.session.flush()
        _delete(uow, table, gone)


def _is_seen_to(uow: UnitOfWork, about_id: str) -> bool:
    waits = select(Outbox.id).where(Outbox.about_id == about_id, Outbox.done_at.is_(None)).limit(1)
    return uow.session.scalar(waits) is not None


def _delete(uow: UnitOfWork, table: Table, ids: Sequence[str]) -> None:
    """Delete these with what goes with them; whatever else points to them lets go."""
    for child, key in predicates.references(table):
        if predicates.goes_with(child, table):
            _silence(
                uow, child, uow.session.scalars(select(key.parent).where(key.parent.in_(ids))).all(), key.parent.name
            )
            uow.session.execute(delete(child).where(key.parent.in_(ids)))
        elif key.parent.nullable:
            uow.session.execute(update(child).where(key.parent.in_(ids)).values({key.parent.name: None}))
    if table.name == Story.__tablename__:
        for recording_id in uow.session.scalars(
            select(Story.recording_id).where(Story.id.in_(ids), Story.recording_id.is_not(None))
        ):
            if recording_id:
                recordings.forget(uow, recording_id)
        uow.session.flush()
    _silence(uow, table, ids, predicates.key_of(table).name)
    uow.session.execute(delete(table).where(predicates.key_of(table).in_(ids)))


def _delete_nobodys(uow: UnitOfWork, table: Table) -> int:
    """Delete some rows of a table that no other points to, and that has no single column to tell its rows apart."""
    keys = list(table.primary_key.columns)
    found = uow.session.execute(select(*keys).where(predicates.ended(uow, table.name)).limit(SOME)).all()
    if found:
        uow.session.execute(delete(table).where(tuple_(*keys).in_([tuple(row) for row in found])))
    return len(found)


def _silence(uow: UnitOfWork, table: Table, ids: Sequence[str], by: str) -> None:
    """Have the sound of these rows destroyed by the worker."""
    for column in SOUND:
        if column in table.c:
            named = select(table.c[column]).where(table.c[by].in_(ids), table.c[column].is_not(None))
            for media_key in uow.session.scalars(named):
                outbox.later(uow, "destroy_media", media_key, uow.now)
