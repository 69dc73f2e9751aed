"""One set of migrations makes the tables that the models describe, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from checkin import schema
from checkin.database import make_engine
from tests.conftest import new_postgres_database

pytestmark = pytest.mark.both


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'line.db'}"
    else:
        server: str = request.getfixturevalue("postgres_server")
        worker: str = request.getfixturevalue("worker_id")
        url = new_postgres_database(server, f"schema_{worker}_{abs(hash(request.node.nodeid))}")
    engine = make_engine(url)
    yield engine
    engine.dispose()


def test_an_empty_database_is_brought_up_to_what_the_models_describe(empty: Engine) -> None:
    assert schema.upgrade(empty).at is None
    assert schema.standing(empty).current
    assert schema.differs(empty) is None


def test_a_second_release_changes_nothing(empty: Engine) -> None:
    schema.upgrade(empty)
    assert schema.upgrade(empty).current


def test_what_was_built_can_be_taken_down_again(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        command.downgrade(schema._config(connection), "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]


def test_tables_that_no_migration_makes_are_noticed(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    assert "outbox" in (schema.differs(empty) or "")


def test_looking_changes_nothing(empty: Engine) -> None:
    assert schema.standing(empty).at is None
    assert inspect(empty).get_table_names() == []
