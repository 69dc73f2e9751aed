"""Reads rows of several tables at once, any of which may be missing, with a statement that is made once.

What SQLAlchemy does to load a few rows takes longer than the database does, whatever is found. Here the statement is
kept as the driver takes it, and a row is made only of what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select, inspect, select
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlalchemy.orm.util import AliasedInsp

Part = Any
"""A model (or an alias of one), whose rows are read whole, or one column."""


class Reading:
    """A SELECT of these parts.

    asked: says where they stand, and which are wanted; its parameters are strings and bytes.
    """

    def __init__(self, parts: Sequence[Part], asked: Callable[[Select[Any]], Select[Any]]) -> None:
        self._parts, self._asked = parts, asked
        self._for = cache(self._made)

    def first(self, session: Session, told: Mapping[str, Any]) -> Sequence[Any] | None:
        """The first row: for each part the row of its model (None: there is none), or the value of its column."""
        session.flush()
        connection = session.connection()
        sql, given, parts = self._for(connection.dialect)
        values = connection.exec_driver_sql(sql, given(told)).first()
        if values is None:
            return None
        found = [part.of(session, values) for part in parts]
        made = [row for part, row in zip(parts, found, strict=True) if part.join(row, found)]
        for row in made:
            make_transient_to_detached(row)
        session.add_all(made)
        return found

    def _made(self, dialect: Dialect) -> tuple[str, Callable[[Mapping[str, Any]], Any], list[_Whole | _Single]]:
        parts: list[_Whole | _Single] = []
        columns: list[Any] = []
        for part in self._parts:
            whole = isinstance(inspect(part), Mapper | AliasedInsp)
            parts.append((_Whole if whole else _Single)(part, len(columns), dialect, self._parts))
            columns.extend(parts[-1].columns)
        made: Any = self._asked(select(*columns)).compile(dialect=dialect)
        fixed, order = made.params, made.positiontup

        def given(told: Mapping[str, Any]) -> Any:
            values = {**fixed, **told}
            return values if order is None else tuple(map(values.__getitem__, order))

        return made.string, given, parts


class _Single:
    """One column of what is read."""

    def __init__(self, column: Any, place: int, dialect: Dialect, parts: Sequence[Part]) -> None:
        self.columns = [column]
        self._place = place

    def of(self, session: Session, values: Sequence[Any]) -> Any:
        return values[self._place]

    def join(self, row: Any, found: Sequence[Any]) -> bool:
        """A value is no row."""
        return False


class _Whole:
    """One model among what is read: its columns stand together, from `place` on."""

    def __init__(self, model: Any, place: int, dialect: Dialect, parts: Sequence[Part]) -> None:
        self._mapper: Mapper[Any] = inspect(model).mapper
        attributes = list(self._mapper.column_attrs)
        self.columns = [getattr(model, part.key) for part in attributes]
        types = [part.columns[0].type.dialect_impl(dialect) for part in attributes]
        self._reads = [
            (part.key, place + nth, type_.result_processor(dialect, None))
            for nth, (part, type_) in enumerate(zip(attributes, types, strict=True))
        ]
        self._key = place + [part.key for part in attributes].index(self._mapper.primary_key[0].key)
        self._references = [
            (part.key, place)
            for part in self._mapper.relationships
            for place, other in enumerate(parts)
            if other is part.mapper.class_
        ]

    def of(self, session: Session, values: Sequence[Any]) -> Any:
        """The row; where the session has it already, that one as it is."""
        if values[self._key] is None:
            return None
        known = session.identity_map.get(self._mapper.identity_key_from_primary_key((values[self._key],)))
        if known is not None:
            return known
        row = self._mapper.class_manager.new_instance()
        instance_dict(row).update(
            {
                key: value if (value := values[place]) is None or read is None else read(value)
                for key, place, read in self._reads
            }
        )
        return row

    def join(self, row: Any, found: Sequence[Any]) -> bool:
        """Let it know the rows that it refers to. Answers whether it has just been made."""
        if row is None or instance_state(row).key is not None:
            return False
        for key, place in self._references:
            instance_dict(row)[key] = found[place]
        return True
