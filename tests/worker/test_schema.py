"""One set of migrations makes the tables that the models describe, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import JSON, DateTime, Engine, MetaData, Table, column, insert, inspect, select, table
from sqlalchemy.orm import Session

from checkin import schema
from checkin.database import make_engine, migrating
from checkin.models.outbox import Audit
from checkin.models.passages import Passage
from checkin.models.volunteers import Shift, Volunteer, VolunteerLink
from tests.conftest import new_postgres_database

pytestmark = pytest.mark.both
PASSED = ("id", "flow", "version", "step", "outcome", "channel", "seconds")


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


def test_what_passed_through_the_flows_before_is_counted_once_the_tables_are_newer(empty: Engine) -> None:
    config = schema._config
    with empty.begin() as connection:
        command.upgrade(config(connection), "0001")
        passed = table("passages", *(column(name) for name in PASSED), column("day", DateTime(timezone=True)))
        for n, (seconds, day) in enumerate([(None, 2), (None, 30), (3604, 2), (3601, 9), (12, 9)]):
            row = ("check_in", "h", "mood", "(onward)", "sms", seconds)
            when = datetime(2026, 3, day, tzinfo=UTC)
            connection.execute(insert(passed).values(id=f"p{n}", day=when, **dict(zip(PASSED[1:], row, strict=True))))
    schema.upgrade(empty)
    with Session(empty) as session:
        counted = session.scalars(select(Passage)).all()
    assert sorted((row.seconds or 0, row.times) for row in counted) == [(0, 2), (12, 1), (3600, 2)]
    assert {row.until for row in counted} == {datetime(2026, 4, 1, tzinfo=UTC)}


def test_rows_that_others_refer_to_outlive_a_change_of_their_table(empty: Engine) -> None:
    """SQLite makes a table anew to change it: a volunteer with a shift must not stop that, and nothing may be lost."""
    with migrating(empty) as connection:
        command.upgrade(schema._config(connection), "0003")
        values = {"line": "default", "created_at": datetime(2026, 3, 2, tzinfo=UTC)}
        vee = {
            **values, "id": "v" * 32, "name_sealed": b"n", "number_key": b"k", "number_sealed": b"s",
            "time_zone": "UTC",
            "languages": "[]", "channels": "[]", "topics": "[]", "wishes": "[]", "lead": False, "always": True,
            "state": "active", "off_rotation": False, "hours_agreed": False, "failures": 0, "feed": 0,
            "link_key": b"l" * 32, "link_until": datetime(2026, 3, 2, 0, 15, tzinfo=UTC),
        }  # fmt: skip
        shift = {
            **values, "id": "s" * 32, "volunteer_id": "v" * 32, "rule": "", "starts_on": "2026-03-03", "minutes": 60,
            "starts_at": "18:00", "time_zone": "UTC", "days_off": "[]", "extra_days": "[]", "channels": "[]",
        }  # fmt: skip
        for name, row in (("volunteers", vee), ("shifts", shift)):
            there = Table(name, MetaData(), autoload_with=connection)
            connection.execute(insert(there).values({**row, **_as_it_is_kept(there, row)}))
        for number, (who, about) in enumerate([(f"volunteer {'v' * 32}", "x"), ("Oda", "s" * 32), ("Oda", "rows")]):
            audit = Table("audit", MetaData(), autoload_with=connection)
            at = datetime(2026, 3, 2, tzinfo=UTC)
            connection.execute(insert(audit).values(id=f"a{number}", who=who, what="did", about=about, at=at))
    schema.upgrade(empty)
    with Session(empty) as session:
        (shown,) = session.scalars(select(Shift)).all()
        assert session.get_one(Volunteer, shown.volunteer_id).page_only is False
        (link,) = session.scalars(select(VolunteerLink)).all()
        assert (link.volunteer_id, link.key) == (shown.volunteer_id, b"l" * 32)
        assert sorted(session.execute(select(Audit.id, Audit.line)).all()) == [
            ("a0", "default"), ("a1", "default"), ("a2", None),
        ]  # fmt: skip
    if empty.dialect.name == "sqlite":
        with empty.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1, "what was off is on again"


def _as_it_is_kept(there: Table, row: dict[str, object]) -> dict[str, object]:
    """JSON columns are given lists where the database has a type for it."""
    return {name: [] for name, value in row.items() if value == "[]" and isinstance(there.c[name].type, JSON)}


def test_a_migration_that_leaves_rows_without_what_they_refer_to_is_taken_back(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'line.db'}")
    schema.upgrade(engine)
    with pytest.raises(LookupError, match="rows of volunteer_links refer to nothing"), migrating(engine) as connection:
        connection.exec_driver_sql("INSERT INTO volunteer_links VALUES (x'00', 'nobody', '2026-03-02')")
    with Session(engine) as session:
        assert session.scalars(select(VolunteerLink)).all() == []
    engine.dispose()
