"""A line on each database, inside a transaction that is rolled back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import sessionmaker

from tests import make
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


@pytest.fixture
def busy(engine: Engine, tmp_path: Path) -> TheLine:
    """A line whose transactions are real ones, each on its own connection."""
    with engine.connect() as connection:
        template = make.make_runtime(connection, tmp_path, make.Network(), make.Clock())
    sessions = sessionmaker(engine, expire_on_commit=False)
    runtime = replace(template, sessions=sessions, readers=sessions, queue=make.FakeQueue())
    clock = template.clock
    network = template.gateway
    assert isinstance(clock, make.Clock)
    assert isinstance(network, make.Network)
    return TheLine(runtime, network, clock)
