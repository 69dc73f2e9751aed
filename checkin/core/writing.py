"""Writes what a transaction has added and changed by plain statements, where its rows are plain.

A flush finds out which row goes before which, and gets each object ready for what may still come. When a use case is
over nothing comes any more, and any row may go first, since references are checked at the commit: all that takes longer
than the statements (docs/decisions/0027). What isn't plain is left to the flush, with everything changed beside it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import ClauseElement, Insert, Table, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import get_history, set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from checkin.core.models import Base

VERSION = "version"
"""The column that guards against two who change a row at once."""


def write(session: Session) -> None:
    """Write what waits for the flush of the commit. The session doesn't know those rows any more.

    Changes come first, in the order of a flush: by table and id. Raises StaleDataError when somebody else was first.
    """
    new = [row for row in session.new if _blank(row.__mapper__) is not None]
    for row in new:
        session.expunge(row)
        for name, value in (_blank(row.__mapper__) or {}).items():
            if name not in vars(row):
                set_committed_value(row, name, value)
    if not _change(session):
        session.flush()
    for mapper in sorted({row.__mapper__ for row in new}, key=lambda mapper: mapper.local_table.name):
        names = _blank(mapper) or {}
        values = [{name: vars(row)[name] for name in names} for row in new if row.__mapper__ is mapper]
        session.connection().execute(_adding(mapper), values)
    for row in new:
        make_transient_to_detached(row)  # as any row after the commit


def _change(session: Session) -> bool:
    """Write the changed rows. False: nothing is written, since not all of it is plain."""
    if session.new or session.deleted:
        return False
    changes = [(row, _changes(row)) for row in session.dirty]
    if any(values is None for _, values in changes):
        return False
    for row, values in sorted(changes, key=lambda change: (change[0].__tablename__, inspect(change[0]).identity)):
        if values:
            done = session.connection().execute(_changing(row.__mapper__), {"row_id": row.id, **values})
            if done.rowcount != 1:
                raise StaleDataError(f"a row of {row.__tablename__} was changed or deleted meanwhile")
        session.expunge(row)
    return True


def _changes(row: Any) -> dict[str, Any] | None:
    """What is different in a row. None: that's for a flush to find out."""
    columns = _columns(row.__mapper__)
    touched = {*row.__mapper__.attrs.keys()} - inspect(row).unmodified
    if not touched <= columns:
        return None
    values = {name: getattr(row, name) for name in touched if get_history(row, name).has_changes()}
    if any(isinstance(value, ClauseElement) for value in values.values()):
        return None
    if values and row.__mapper__.version_id_col is not None:
        values |= {"row_version": row.version, VERSION: row.version + 1}
    return values


@cache
def _columns(mapper: Mapper[Any]) -> frozenset[str]:
    """Those that are changed plainly: of a table with ids."""
    names = _table(mapper).columns.keys()
    return frozenset(names if "id" in names else ())


@cache
def _changing(mapper: Mapper[Any]) -> Update:
    """Made once, as all of these: putting a statement together takes as long as the database takes."""
    table = _table(mapper)
    changing = update(table).where(table.c.id == bindparam("row_id"))
    guarded = mapper.version_id_col is not None
    return changing.where(table.c[VERSION] == bindparam("row_version")) if guarded else changing


@cache
def _adding(mapper: Mapper[Any]) -> Insert:
    return insert(_table(mapper))


@cache
def _blank(mapper: Mapper[Any]) -> dict[str, Any] | None:
    """A row of which nothing is said. None: such rows refer to others as objects, or make values of their own."""
    related = {side for other in Base.registry.mappers for to in other.relationships for side in (other, to.mapper)}
    table = _table(mapper)
    if mapper in related or table.autoincrement_column is not None:
        return None
    defaults = {column.key: column.default for column in table.columns}
    if any(column.type.should_evaluate_none for column in table.columns):
        return None  # in JSON nothing and no value are two things
    if not all(default is None or default.is_scalar for default in defaults.values()):
        return None
    return {name: None if default is None else default.arg for name, default in defaults.items()}  # type: ignore[attr-defined]


def _table(mapper: Mapper[Any]) -> Table:
    return cast("Table", mapper.local_table)
