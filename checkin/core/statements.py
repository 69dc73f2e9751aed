"""What a change of rows comes to: guarded updates and deletes with their count, rows added once, rows added or changed.

Nothing here tells objects that are loaded already: whoever goes on with one reads it anew (`changed_row` does).
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Result, TextClause, Update
from sqlalchemy.orm import Session

from checkin.core.models import Base

Row = TypeVar("Row", bound=Base)


def changed(session: Session, statement: Update | Delete) -> int:
    """How many rows it changed. A guard in its WHERE that no row met any more answers 0: somebody was first."""
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return int(cast("CursorResult[Any]", done).rowcount)


def changed_row(session: Session, statement: Update, row: type[Row]) -> Row | None:
    """The one row that it changed, as it stands now; None when its guard held for none."""
    options = {"synchronize_session": False, "populate_existing": True}
    return session.scalars(statement.returning(row), execution_options=options).one_or_none()


def returned(session: Session, statement: Any) -> Result[*tuple[Any, ...]]:
    """What the rows that it changed answer: an UPDATE or DELETE with RETURNING."""
    return session.execute(statement, execution_options={"synchronize_session": False})


def insert_new(session: Session, model: type[Row], rows: Sequence[dict[str, Any]]) -> list[Row]:
    """Add these rows in one statement and answer those that were added; a row that would be a second is left out.

    On PostgreSQL a row that another transaction is just adding is waited for; give rows that may meet in one order.
    """
    if not rows:
        return []
    statement = insert(session, model).values(list(rows)).on_conflict_do_nothing().returning(model)
    return list(session.scalars(statement, execution_options={"populate_existing": True}))


def upsert(
    session: Session,
    model: type[Row],
    row: dict[str, Any],
    unique: Sequence[str],
    change: dict[str, Any],
    where: TextClause | None = None,
) -> Row:
    """Add this row, or change the one that stands where it would be a second; answers the one that is there then.

    unique, where: the columns of the (partial) unique index that tells. change: its values, of which those that are
    columns of the table are the standing row's. Two at once are one after the other: the second waits for the first.
    """
    statement = (
        insert(session, model)
        .values(row)
        .on_conflict_do_update(index_elements=list(unique), index_where=where, set_=change)
        .returning(model)
    )
    found: Row = session.scalars(statement, execution_options={"populate_existing": True}).one()
    return found


def insert(session: Session, model: type[Base]) -> Any:
    """An INSERT that can say ON CONFLICT, in the words of this session's database."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")  # it is loaded already
    return dialect.insert(model)
