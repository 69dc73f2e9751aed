"""Writes what a transaction added and changed, when it ends.

SQLAlchemy's own flush finds out each time anew in which order rows must be written and how each statement reads, which
takes longer than the database does. Our rows may come in any order (references are checked at the commit, `of` in
core.models), so here each table's statements are made once. What is not as plain as that (a row that is deleted, a
value that the database makes) is left to SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Connection, Delete, Dialect, Insert, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql import ClauseElement

GUARD = "guard_"
"""What the parameters of a WHERE begin with: those of a SET have the names of their columns."""

Values = dict[str, Any]


def write(session: Session) -> None:
    """Write it all, and let go of it: the transaction ends now. Raises StaleDataError where somebody was first."""
    added, dirty = list(session.new), [row for row in session.dirty if instance_state(row).committed_state]
    if not (added or dirty or session.deleted):
        return
    connection = session.connection()
    rows: list[tuple[_Table, Any]] = []
    for row in (*dirty, *added):
        model: Any = type(row)
        rows.append((_table_of(model, connection.dialect), row))
    if session.deleted or not all(table.is_plain(row) for table, row in rows):
        return  # the commit flushes
    for table, row in rows:
        table.complete(row)
    for table in sorted({table for table, _ in rows}, key=lambda table: table.name):
        for row in dirty:
            if isinstance(row, table.model):
                table.change(connection, row)
        table.add(connection, [row for row in added if isinstance(row, table.model)])
    session.expunge_all()
    for row in added:
        make_transient_to_detached(row)


@dataclass(frozen=True)
class _Statement:
    """SQL as the driver takes it. order: the names of its parameters where they have a place instead."""

    sql: str
    order: Sequence[str] | None

    @staticmethod
    def of(statement: Insert | Update | Delete, dialect: Dialect, columns: Sequence[str]) -> _Statement:
        made: Any = statement.compile(dialect=dialect, column_keys=list(columns))
        return _Statement(made.string, made.positiontup)

    def given(self, values: Values) -> Any:
        return values if self.order is None else tuple(map(values.__getitem__, self.order))


@dataclass(frozen=True)
class _Attribute:
    """One column as a row has it. bind: makes its values the driver's; None: they are as they stand."""

    key: str
    column: Column[Any]
    bind: Callable[[Any], Any] | None

    def bound(self, value: Any) -> Any:
        if value is None and not self.column.type.should_evaluate_none:
            return None
        return value if self.bind is None else self.bind(value)

    def default(self) -> Any:
        made: Any = self.column.default
        return None if made is None else made.arg(None) if made.is_callable else made.arg


class _Table:
    """How the rows of one model are written."""

    def __init__(self, model: type[Any], dialect: Dialect) -> None:
        mapper: Mapper[Any] = inspect(model)
        self.model, self.name, self._dialect, self._table = model, model.__tablename__, dialect, model.__table__
        self._attributes = {
            part.key: _Attribute(part.key, column, column.type.dialect_impl(dialect).bind_processor(dialect))
            for part in mapper.column_attrs
            if isinstance(column := part.columns[0], Column)
        }
        self._keys = [name for name, part in self._attributes.items() if part.column.primary_key]
        self._version = None if mapper.version_id_col is None else mapper.version_id_col.key
        self._references = [
            (part.key, *((str(here.key), str(there.key)) for here, there in part.local_remote_pairs))
            for part in mapper.relationships
        ]
        names = [part.column.name for part in self._attributes.values()]
        self._insert = _Statement.of(insert(self._table), dialect, names)
        self._makes_own_keys = self._table.autoincrement_column is not None
        self._update = cache(self._made_update)

    def is_plain(self, row: Any) -> bool:
        """Whether all that is to be written of it is known."""
        changed = instance_state(row).committed_state
        return not (
            self._makes_own_keys
            or any(name in changed and instance_state(row).key for name in self._keys)
            or any(isinstance(value, ClauseElement) for value in instance_dict(row).values())
        )

    def complete(self, row: Any) -> None:
        """Give it what follows from the rows that it refers to."""
        state, values = instance_state(row), instance_dict(row)
        for name, *pairs in self._references:
            if name in state.committed_state:
                for here, there in pairs:
                    setattr(row, here, None if values[name] is None else getattr(values[name], there))

    def add(self, connection: Connection, rows: Sequence[Any]) -> None:
        """Insert these."""
        if rows:
            made = [self._insert.given(self._inserted(instance_dict(row))) for row in rows]
            connection.exec_driver_sql(self._insert.sql, made if len(made) > 1 else made[0])

    def change(self, connection: Connection, row: Any) -> None:
        """Update what is not as it was."""
        state, values = instance_state(row), instance_dict(row)
        names = [
            name
            for name, before in state.committed_state.items()
            if name in self._attributes and values[name] != before
        ]
        if not names:
            return
        guards = list(self._keys)
        guarded = {f"{GUARD}{name}": self._attributes[name].bound(values[name]) for name in guards}
        if self._version is not None:
            guarded[f"{GUARD}{self._version}"] = values[self._version]
            values[self._version] += 1
            names.append(self._version)
        statement = self._update(tuple(sorted(names)))
        set_ = {self._attributes[name].column.name: self._attributes[name].bound(values[name]) for name in names}
        done = connection.exec_driver_sql(statement.sql, statement.given(set_ | guarded))
        if done.rowcount != 1:
            raise StaleDataError(f"a row of {self.name} was changed or deleted by somebody else")

    def _made_update(self, names: Sequence[str]) -> _Statement:
        guards = [*self._keys, *([self._version] if self._version else [])]
        guarded = [self._attributes[name].column == bindparam(f"{GUARD}{name}") for name in guards]
        columns = [self._attributes[name].column.name for name in names]
        return _Statement.of(update(self._table).where(*guarded), self._dialect, columns)

    def _inserted(self, values: Values) -> Values:
        """A value for each column. Defaults are put into the row, too: it is read after the commit."""
        bound: Values = {}
        for name, part in self._attributes.items():
            if name == self._version:
                values[name] = 1
            elif values.get(name) is None and not (name in values and part.column.type.should_evaluate_none):
                values[name] = part.default()
                bound[part.column.name] = None if values[name] is None else part.bound(values[name])
                continue
            bound[part.column.name] = part.bound(values[name])
        return bound


@cache
def _table_of(model: Any, dialect: Dialect) -> _Table:
    return _Table(model, dialect)
