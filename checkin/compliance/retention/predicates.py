"""Which rows are past their time, as a condition for the database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, ForeignKey, Table, and_, exists, false, func, or_, select, true

from checkin.compliance.rules import ENDS, before
from checkin.contacts.models import Contact
from checkin.core.models import Base
from checkin.core.rules.policy import RetentionLengths
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message, Picture, Recording
from checkin.relays.models import Relay
from checkin.stories.models import Story


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


DEAD_STORIES = ("withdrawn", "declined")


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


__all__ = ["may_end"]
