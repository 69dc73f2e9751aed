"""A line on each database, inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from tests.the_line import TheLine

MOST = 8
"""How many SQL statements one webhook may take."""

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")


def shown(statements: list[str]) -> str:
    """The beginning of each statement."""
    return "\n".join(statement[:60] for statement in statements)


@pytest.fixture
def statements(database: Engine) -> Iterator[list[str]]:
    """What the database is told."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(BOOKKEEPING):
            told.append(statement)

    event.listen(database, "before_cursor_execute", note)
    yield told
    event.remove(database, "before_cursor_execute", note)


@pytest.fixture
def line(database: Engine, tmp_path: Path) -> Iterator[TheLine]:
    """The line, as its users meet it."""
    with database.connect() as connection:
        outer = connection.begin()
        yield TheLine.on(connection, tmp_path)
        outer.rollback()
