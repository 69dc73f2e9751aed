"""Rows that are only added when no unique index says that they are there already, and changed where one does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import TextClause
from sqlalchemy.dialects import postgresql, sqlite

from checkin.core.models import Base
from checkin.core.unit_of_work import Work

Row = TypeVar("Row", bound=Base)


def insert_new(work: Work, model: type[Row], rows: Sequence[dict[str, Any]]) -> list[Row]:
    """Add these rows in one statement and answer those that were added; a row that would be a second is left out.

    On PostgreSQL a row that another transaction is just adding is waited for; give rows that may meet in one order.
    """
    if not rows:
        return []
    statement = _insert(work, model).values(list(rows)).on_conflict_do_nothing().returning(model)
    return list(work.session.scalars(statement, execution_options={"populate_existing": True}))


def insert_or_change(
    work: Work, model: type[Row], row: dict[str, Any], unique: Sequence[str], where: TextClause, change: dict[str, Any]
) -> Row:
    """Add this row, or change the one that stands where it would be a second; answers the one that is there then.

    unique, where: the columns of the (partial) unique index that tells. change: its values, of which those that are
    columns of the table are the standing row's. Two at once are one after the other: the second waits for the first.
    """
    statement = (
        _insert(work, model)
        .values(row)
        .on_conflict_do_update(index_elements=list(unique), index_where=where, set_=change)
        .returning(model)
    )
    found: Row = work.session.scalars(statement, execution_options={"populate_existing": True}).one()
    return found


def _insert(work: Work, model: type[Row]) -> Any:
    on_postgresql = work.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if on_postgresql else sqlite.insert(model)
