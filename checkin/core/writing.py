"""Writes what a transaction has added and changed by plain statements, where its rows are plain.

A flush finds out which row goes before which, and gets each object ready for what may still come. When a use case is
over nothing comes any more, and any row may go first, since references are checked at the commit: all that takes longer
than the statements (docs/decisions/0027). What isn't plain is left to the flush, with everything changed beside it.
"""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from sqlalchemy import ClauseElement, Insert, Table, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import get_history, set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from checkin.core.models import Base

VERSION = "version"
"""The column that guards against two who change a row at once."""


def write(session: Session) -> None:
    """Write what waits for the flush of the commit. The session doesn't know those rows any more.

    Changes come first, in the order of a flush: by table and id. Raises StaleDataError when somebody else was first.
    """
    new = [row for row in session.new if _blank(type(row)) is not None]
    for row in new:
        session.expunge(row)
        for name, value in (_blank(type(row)) or {}).items():
            if name not in vars(row):
                set_committed_value(row, name, value)
    if not _change(session):
        session.flush()
    for model in sorted({type(row) for row in new}, key=lambda model: model.__tablename__):
        names = _blank(model) or {}
        values = [{name: vars(row)[name] for name in names} for row in new if type(row) is model]
        session.connection().execute(_adding(model), values)
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
            done = session.connection().execute(_changing(type(row)), {"row_id": row.id, **values})
            if done.rowcount != 1:
                raise StaleDataError(f"a row of {row.__tablename__} was changed or deleted meanwhile")
        session.expunge(row)
    return True


def _changes(row: Any) -> dict[str, Any] | None:
    """What is different in a row. None: that's for a flush to find out."""
    columns = _columns(type(row))
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
def _columns(model: type[Base]) -> frozenset[str]:
    """Those that are changed plainly: of a table with ids."""
    names = _table(model).columns.keys()
    return frozenset(names if "id" in names else ())


@cache
def _changing(model: type[Base]) -> Update:
    """Made once, as all of these: putting a statement together takes as long as the database takes."""
    table = _table(model)
    changing = update(table).where(table.c.id == bindparam("row_id"))
    guarded = model.__mapper__.version_id_col is not None
    return changing.where(table.c[VERSION] == bindparam("row_version")) if guarded else changing


@cache
def _adding(model: type[Base]) -> Insert:
    return insert(_table(model))


@cache
def _blank(model: type[Base]) -> dict[str, Any] | None:
    """A row of which nothing is said. None: such rows refer to others as objects, or make values of their own."""
    related = {side for mapper in Base.registry.mappers for to in mapper.relationships for side in (mapper, to.mapper)}
    table = _table(model)
    if model.__mapper__ in related or table.autoincrement_column is not None:
        return None
    defaults = {column.key: column.default for column in table.columns}
    if any(column.type.should_evaluate_none for column in table.columns):
        return None  # in JSON nothing and no value are two things
    if not all(default is None or default.is_scalar for default in defaults.values()):
        return None
    return {name: None if default is None else default.arg for name, default in defaults.items()}  # type: ignore[attr-defined]


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)
