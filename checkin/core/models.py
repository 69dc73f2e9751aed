"""What every table shares: the metadata, its naming, opaque ids and aware times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    TextClause,
    TypeDecorator,
)  # fmt: skip
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.schema import CreateIndex


class AwareUTC(TypeDecorator[datetime]):
    """A time that is aware and UTC on both sides, also on SQLite, which keeps no zone.

    Raises ValueError for a naive time: one that was made without saying where.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored: use aware UTC")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Tables only; what is done with them stands in services and queries."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: AwareUTC,
        bytes: LargeBinary,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


class PartialIndex(Index):
    """An index of the rows for which `where` holds, on either database.

    It's told to a dialect when the index is made: naming both here would load both wherever a table is known.
    """

    inherit_cache = True

    def __init__(self, name: str, *columns: str, where: TextClause, unique: bool = False) -> None:
        super().__init__(name, *columns, unique=unique)
        self.where = where

    def tell(self, dialect: str) -> None:
        """Have this dialect know which rows."""
        self.dialect_kwargs[f"{dialect}_where"] = self.where


@compiles(CreateIndex)
def _create_index(created: CreateIndex, compiler: Any, **how: Any) -> str:
    if isinstance(created.element, PartialIndex):
        created.element.tell(compiler.dialect.name)
    return str(compiler.visit_create_index(created, **how))


def of(column: str) -> ForeignKey:
    """A reference to a row of another table, checked when the transaction commits: rows may come in any order."""
    return ForeignKey(column, deferrable=True, initially="DEFERRED")


Id = Annotated[str, mapped_column(String(32), primary_key=True)]
"""Our own opaque id: 128 random bits as 32 hexadecimal characters. Safe in a URL, a log line and Redis."""
