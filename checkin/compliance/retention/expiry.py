"""Ends rows, some at a time, so that nobody who texts or calls has to wait for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import (
    Column,
    ColumnElement,
    ForeignKey,
    Table,
    and_,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
    update,
)

from checkin.compliance.retention import at_network
from checkin.compliance.rules import ENDS, before
from checkin.contacts.models import Contact
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.models import Base
from checkin.core.rules.policy import RetentionLengths
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message, Picture, Recording
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.relays.models import Relay
from checkin.stories import recordings
from checkin.stories.models import Story

SOME = 200
"""Rows in one transaction: a few hundredths of a second."""

SOUND = ("media_key", "original_key")
"""Columns that name a file of the media store."""

DEAD_STORIES = ("withdrawn", "declined")


def tables() -> list[str]:
    """The tables whose rows come to an end by time, those that hold others first."""
    return [table.name for table in reversed(Base.metadata.sorted_tables) if ENDS[table.name].counted_from]


def waiting(uow: UnitOfWork, name: str) -> int:
    """How many rows of this table end now."""
    table = Base.metadata.tables[name]
    return uow.session.scalar(select(func.count()).select_from(table).where(ended(uow, name))) or 0


def end_some(uow: UnitOfWork, name: str) -> int:
    """End some rows of this table. Answers how many; fewer than SOME: there are no more for now.

    A recording's sound is destroyed here and at the network first, by the worker; its row goes when both are gone.
    """
    table = Base.metadata.tables[name]
    if len(table.primary_key.columns) > 1:
        return _delete_nobodys(uow, table)
    key = key_of(table)
    ids = list(uow.session.scalars(select(key).where(ended(uow, name)).limit(SOME)))
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
    key = key_of(table)
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
    for child, key in references(table):
        if goes_with(child, table):
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
    _silence(uow, table, ids, key_of(table).name)
    uow.session.execute(delete(table).where(key_of(table).in_(ids)))


def _delete_nobodys(uow: UnitOfWork, table: Table) -> int:
    """Delete some rows of a table that no other points to, and that has no single column to tell its rows apart."""
    keys = list(table.primary_key.columns)
    found = uow.session.execute(select(*keys).where(ended(uow, table.name)).limit(SOME)).all()
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


def ended(uow: UnitOfWork, name: str) -> ColumnElement[bool]:
    """The rows of this table that end now: past their line's length of time, and needed no more."""
    table = Base.metadata.tables[name]
    past = or_(*(_past(uow, table, kept, lines) for kept, lines in _lengths(uow, table)))
    if ENDS[name].how == "delete":
        return and_(past, may_end(name), *(_nobody_needs(child, key) for child, key in held_by(table)))
    return and_(past, may_end(name))


def key_of(table: Table) -> Column[str]:
    """The column that tells its rows apart; a table that others point to has one."""
    [key] = table.primary_key.columns
    return key


def references(table: Table) -> Iterator[tuple[Table, ForeignKey]]:
    """Every column of another table that points to this one."""
    for other in Base.metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is table:
                yield other, key


def goes_with(child: Table, owner: Table) -> bool:
    """Whether the rows of `child` end with those of `owner`."""
    return ENDS[child.name].how == "with" and ENDS[child.name].owner == owner.name


def held_by(table: Table) -> Iterator[tuple[Table, ForeignKey]]:
    """References that can be neither let go of nor deleted with this table: its rows wait for those to end first."""
    for child, key in references(table):
        if not key.parent.nullable and not goes_with(child, table):
            yield child, key


def _nobody_needs(child: Table, key: ForeignKey) -> ColumnElement[bool]:
    return ~exists(select(key.parent).where(key.parent == key.column).correlate(key.column.table)).select_from(child)


def _past(uow: UnitOfWork, table: Table, kept: RetentionLengths, lines: list[str] | None) -> ColumnElement[bool]:
    cut = before(table.name, kept, uow.now)
    if cut is None:
        return false()
    counted = table.c[ENDS[table.name].counted_from]
    when = func.coalesce(counted, table.c.created_at) if table.name == "contacts" else counted
    past: ColumnElement[bool] = when < cut
    return past if lines is None else and_(past, table.c.line.in_(lines))


def _lengths(uow: UnitOfWork, table: Table) -> list[tuple[RetentionLengths, list[str] | None]]:
    """The lengths of time that hold, with the lines they are of; None: for every row."""
    by_kept: dict[RetentionLengths, list[str]] = {}
    for line in uow.library.lines:
        by_kept.setdefault(uow.policy(line).kept, []).append(line)
    if len(by_kept) == 1 or "line" not in table.c:
        return [(next(iter(by_kept)), None)]
    return list(by_kept.items())


def may_end(table: str) -> ColumnElement[bool]:
    """Which rows of `table` that are past their time are needed no more; most tables have no such rows."""
    return _MAY_END.get(table, true())


def _contact() -> ColumnElement[bool]:
    """A number is kept while it is to be written to (caring contacts come for a year), or its owner's story lives."""
    promised = exists().where(FollowUp.contact_id == Contact.id, FollowUp.state.in_(("planned", "sending")))
    joined = exists().where(Relay.contact_id == Contact.id, Relay.state.in_(("open", "joined")))
    tells = exists().where(Story.teller_id == Contact.id, Story.state.not_in(DEAD_STORIES))
    personal = or_(
        Contact.number_encrypted.is_not(None), Contact.name_encrypted.is_not(None), Contact.kept_encrypted.is_not(None)
    )
    return and_(personal, ~promised, ~joined, ~tells)


def _recording() -> ColumnElement[bool]:
    """A story that can still be heard, or reviewed, is told in its recording."""
    return ~exists().where(Story.recording_id == Recording.id, Story.state.not_in(DEAD_STORIES))


_MAY_END: dict[str, ColumnElement[bool]] = {
    "contacts": _contact(),
    "messages": Message.body_encrypted.is_not(None),
    "recordings": _recording(),
    "follow_ups": FollowUp.state.not_in(("planned", "sending", "unknown")),
    "relays": Relay.state.not_in(("open", "joined")),
    "stories": and_(Story.state.in_(("private", *DEAD_STORIES)), Story.published_at.is_(None)),
    "pictures": Picture.network_state != "there",
}
