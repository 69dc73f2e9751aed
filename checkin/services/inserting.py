"""Rows that are only added when no unique index says that they are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite

from checkin.models.base import Base
from checkin.work import Work

Row = TypeVar("Row", bound=Base)


def insert_new(work: Work, model: type[Row], rows: Sequence[dict[str, Any]]) -> list[Row]:
    """Add these rows in one statement and answer those that were added; a row that would be a second is left out.

    On PostgreSQL a row that another transaction is just adding is waited for; give rows that may meet in one order.
    """
    if not rows:
        return []
    insert = postgresql.insert if work.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(list(rows)).on_conflict_do_nothing().returning(model)
    return list(work.session.scalars(statement, execution_options={"populate_existing": True}))
