"""One set of migrations makes the tables that the models describe, on both databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    column,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.orm import Session

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core import schema
from checkin.core.audit_models import Audit
from checkin.core.database import make_engine, migrating
from checkin.outbox.models import Outbox
from checkin.publishing.models import StepCount
from checkin.volunteers.models import Alert, Shift, Volunteer, VolunteerLink
from tests.conftest import new_postgres_database

pytestmark = pytest.mark.both
PERSON = ("id", "line", "alias", "tags", "consents", "unanswered", "replies", "replies_today", "same_texts")
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


REVISIONS = [migration.revision for migration in schema.missing(None)]


@pytest.mark.parametrize(("before", "after"), list(itertools.pairwise(REVISIONS)))
def test_each_migration_goes_up_down_and_up_again_with_rows_in_every_table(
    empty: Engine, before: str, after: str
) -> None:
    config = schema._config
    with migrating(empty) as connection:
        command.upgrade(config(connection), before)
    with migrating(empty) as connection:
        fill(connection)
    had = counted(empty)
    assert set(had.values()) <= {0, 1}
    assert sum(had.values()) > len(had) / 2, "else nothing is shown"
    with migrating(empty) as connection:
        command.upgrade(config(connection), after)
    there = counted(empty)
    with migrating(empty) as connection:
        command.downgrade(config(connection), before)
    assert counted(empty) == had
    with migrating(empty) as connection:
        command.upgrade(config(connection), after)
    assert counted(empty) == {**there, **LOST_ON_THE_WAY_BACK.get(after, {})}
    assert schema.standing(empty).at == after


LOST_ON_THE_WAY_BACK = {"0008": {"volunteer_links": 0}}
"""By migration: rows that going down and up again loses. A link to a volunteer's page is good for fifteen minutes."""


def fill(connection: Connection) -> None:
    """One row in every table, as far as its columns say what fits; where it refers to others, to theirs."""
    there = MetaData()
    there.reflect(connection)
    at = datetime(2026, 3, 2, tzinfo=UTC)
    for known in there.sorted_tables:
        if known.name == "alembic_version":
            continue
        row: dict[str, object] = {}
        for spot in known.columns:
            if spot.foreign_keys:
                (key,) = spot.foreign_keys
                row[spot.name] = connection.scalar(select(key.column))
            elif isinstance(spot.type, DateTime):
                row[spot.name] = at
            elif isinstance(spot.type, JSON):
                row[spot.name] = []
            elif isinstance(spot.type, LargeBinary):
                row[spot.name] = b"k"
            elif isinstance(spot.type, Boolean):
                row[spot.name] = False
            elif isinstance(spot.type, Integer | Float):
                row[spot.name] = 1
            elif isinstance(spot.type, String):
                row[spot.name] = ("a" * 32)[: spot.type.length or 32]
        connection.execute(insert(known).values(row))


def counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        there = MetaData()
        there.reflect(connection)
        return {
            name: connection.scalar(select(func.count()).select_from(known)) or 0
            for name, known in there.tables.items()
            if name != "alembic_version"
        }


def test_a_migration_that_may_run_beside_the_line_takes_nothing_from_it(empty: Engine) -> None:
    """Processes of before read and write on: every table and column is there still, and no new one must be filled."""
    for before, migration in zip([None, *REVISIONS], schema.missing(None), strict=False):
        with migrating(empty) as connection:
            command.upgrade(schema._config(connection), before or "base")
            old = described(connection)
            command.upgrade(schema._config(connection), migration.revision)
            new = described(connection)
        if not migration.keeps_running:
            continue
        for name, columns in old.items():
            assert name in new, f"{migration.revision} takes {name} away"
            for spot, (kind, _) in columns.items():
                assert new[name].get(spot, ("gone", True))[0] == kind, f"{migration.revision} changes {name}.{spot}"
            added = {spot: demands for spot, (_, demands) in new[name].items() if spot not in columns}
            assert not any(added.values()), f"{migration.revision}: old processes don't fill {added}"
    assert schema.missing(REVISIONS[-2])[0].keeps_running in (True, False)


def described(connection: Connection) -> dict[str, dict[str, tuple[str, bool]]]:
    """Of each table its columns: what they hold, and whether who writes a row must say something."""
    look = inspect(connection)
    return {
        name: {
            spot["name"]: (str(spot["type"]), not spot["nullable"] and spot["default"] is None)
            for spot in look.get_columns(name)
        }
        for name in look.get_table_names()
    }


def test_one_step_back_is_where_it_was_before(empty: Engine) -> None:
    schema.upgrade(empty)
    back, now = schema.downgrade(empty)
    assert (back.revision, now) == tuple(reversed(REVISIONS[-2:]))
    assert [migration.revision for migration in schema.missing(now)] == REVISIONS[-1:]
    schema.upgrade(empty)
    assert schema.differs(empty) is None
    assert schema.missing(schema.standing(empty).at) == []


def test_tables_that_no_migration_makes_are_noticed(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")
    assert "outbox" in (schema.differs(empty) or "")


def test_looking_changes_nothing(empty: Engine) -> None:
    assert schema.standing(empty).at is None
    assert inspect(empty).get_table_names() == []


def test_open_alerts_about_the_same_are_one_once_the_tables_are_newer(empty: Engine) -> None:
    """Ana's four of danger, of which one is closed; Ben's; two volunteers who asked to be called."""
    raised = [
        ("crisis", "ana", "en-die", 1, None), ("crisis", "ana", "en-pills", 3, None),
        ("crisis", "ana", "en-die", 2, None), ("crisis", "ana", "en-die", 0, 1), ("crisis", "ben", "en-die", 2, None),
        ("help", "ana", "help", 4, None),
        ("volunteer_call", None, "after a relay", 1, None), ("volunteer_call", None, "after a relay", 2, None),
        ("set_aside", None, "send_message", 1, None),
    ]  # fmt: skip
    columns = ("id", "line", "kind", "rule", "contact_id")
    alerts = table(
        "alerts",
        *(column(name) for name in columns),
        *(column(name, DateTime(timezone=True)) for name in ("raised_at", "closed_at")),
    )
    people = table("contacts", *(column(name) for name in PERSON), column("created_at", DateTime(timezone=True)))

    def at(minute: int | None) -> datetime | None:
        return None if minute is None else datetime(2026, 3, 2, 17, minute, tzinfo=UTC)

    with empty.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
        for who in ("ana", "ben"):
            values = dict.fromkeys(PERSON[3:], 0) | {"tags": "[]", "consents": "[]"}
            connection.execute(insert(people).values(id=who, line="default", alias=who, created_at=at(0), **values))
        for n, (kind, who, rule, minute, closed) in enumerate(raised):
            row = dict(zip(columns, (f"a{n}", "default", kind, rule, who), strict=True))
            connection.execute(insert(alerts).values(**row, raised_at=at(minute), closed_at=at(closed)))
    schema.upgrade(empty)
    with Session(empty) as session:
        kept = session.scalars(select(Alert).order_by(Alert.kind, Alert.about, Alert.id)).all()
    assert [(item.kind, item.about, item.count) for item in kept] == [
        ("crisis", "ana", 3), ("crisis", "ana", 1), ("crisis", "ben", 1), ("help", "ana", 1),
        ("set_aside", "send_message", 1), ("volunteer_call", "a6", 1), ("volunteer_call", "a7", 1),
    ]  # fmt: skip
    assert (kept[0].raised_at, kept[0].last_at, kept[0].rule, kept[0].told) == (at(1), at(3), "en-pills", 3)
    assert kept[1].closed_at == at(1)


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
        counted = session.scalars(select(StepCount)).all()
    assert sorted((row.seconds or 0, row.times) for row in counted) == [(0, 2), (12, 1), (3600, 2)]
    assert {row.until for row in counted} == {datetime(2026, 4, 1, tzinfo=UTC)}


SAID = {
    "ana": [("sms", False), ("network", False)],  # she said STOP, and the network refused our goodbye
    "ben": [("network", False)],  # an error code alone
    "rex": [("sms", False), ("sms", True), ("network", False)],  # STOP, START, and then an error code
    "oda": [("sms", False)],
}


def test_whom_an_error_code_alone_opted_out_is_told_from_who_said_so(empty: Engine) -> None:
    with empty.begin() as connection:
        command.upgrade(schema._config(connection), "0003")
        contacts = Table("contacts", MetaData(), autoload_with=connection)
        consents = Table("consents", MetaData(), autoload_with=connection)
        for who, said in SAID.items():
            at = datetime(2026, 3, 2, tzinfo=UTC)
            row = {column.name: 0 for column in contacts.columns if not column.nullable}
            row |= {"id": who, "line": "default", "alias": who, "tags": "[]", "consents": "[]", "created_at": at}
            connection.execute(insert(contacts).values(**row, number_key=who.encode(), opted_out_at=at))
            for n, (channel, given) in enumerate(said):
                words = {"wording": "x", "wording_version": "1", "name": "texts", "line": "default"}
                when = at.replace(hour=n)
                connection.execute(
                    insert(consents).values(
                        id=f"{who}{n}", contact_id=who, channel=channel, given=given, at=when, **words
                    )
                )
    schema.upgrade(empty)
    with Session(empty) as session:
        marked = dict(session.execute(select(Contact.id, Contact.opted_out_by)).all())
    assert marked == {"ana": None, "ben": "network", "rex": "network", "oda": None}


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


def test_what_was_written_down_before_lines_were_apart_is_its_own_lines_where_that_can_be_told(empty: Engine) -> None:
    """By whoever did it, by what it is about, or by what was set aside; the rest is the first line's to read."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    with migrating(empty) as connection:
        command.upgrade(schema._config(connection), "0007")
        there = {
            name: Table(name, MetaData(), autoload_with=connection)
            for name in ("contacts", "messages", "outbox", "audit")
        }

        def add(name: str, **values: object) -> None:
            columns = there[name].columns
            blank = {
                item.name: at if isinstance(item.type, DateTime) else [] if isinstance(item.type, JSON) else 0
                for item in columns if not item.nullable
            }  # fmt: skip
            connection.execute(
                insert(there[name]).values(**(blank | {"line": "south"} if "line" in columns else blank) | values)
            )

        add("contacts", id="c" * 32, alias="Ana")
        add("messages", id="m" * 32, contact_id="c" * 32, kind="reply", status="failed")
        for about, row in (("m" * 32, "o" * 32), ("g" * 32, "p" * 32)):
            add("outbox", id=row, kind="send_message", queue="text", about_id=about, done_at=at, result="set aside: no")
        for n, about in enumerate(("c" * 32, "o" * 32, "p" * 32, "g" * 32)):
            add("audit", id=f"a{n}", who="the terminal", what="did", about=about)
    schema.upgrade(empty)
    with Session(empty) as session:
        assert dict(session.execute(select(Audit.id, Audit.line)).all()) == {
            "a0": "south", "a1": "south", "a2": None, "a3": None,
        }  # fmt: skip
        assert dict(session.execute(select(Outbox.id, Outbox.line)).all()) == {"o" * 32: "south", "p" * 32: None}


def test_who_had_a_case_before_is_an_id_or_a_name_once_the_tables_are_newer(empty: Engine) -> None:
    held = {"by Vee": "v" * 32, "by Kim, at a terminal": "Kim", "by nobody": None}
    with migrating(empty) as connection:
        command.upgrade(schema._config(connection), "0010")
        cases = Table("cases", MetaData(), autoload_with=connection)
        at = datetime(2026, 3, 2, tzinfo=UTC)
        for number, who in enumerate(held.values(), 1):
            row = {"id": f"c{number}", "line": "default", "number": number, "created_at": at, "tags": "[]"}
            words = dict.fromkeys(("kind", "inbox", "priority", "reason"), "x") | {"state": "claimed"}
            connection.execute(insert(cases).values(claimed_by=who, **words, **(row | _as_it_is_kept(cases, row))))
    schema.upgrade(empty)
    with Session(empty) as session:
        found = session.execute(select(Case.claimed_by, Case.claimed_name).order_by(Case.number)).all()
    assert found == [("v" * 32, None), (None, "Kim"), (None, None)]
    with migrating(empty) as connection:
        command.downgrade(schema._config(connection), "0010")
        cases = Table("cases", MetaData(), autoload_with=connection)
        assert list(connection.scalars(select(cases.c.claimed_by).order_by(cases.c.number))) == list(held.values())


RESULTS = {
    "done": ("done", None), "done: told": ("done", "told"), "skipped: opted out": ("skipped", "opted out"),
    "skipped by the team: no": ("skipped", "by the team: no"), "dropped": ("skipped", "dropped"),
    "unknown: its worker died": ("unknown", "its worker died"), "failed: it rings out": ("failed", "it rings out"),
    "refused: no": ("failed", "refused: no"), "unknown": ("unknown", None),
    "set aside after 8 tries: failed: KeyError": ("dead letter", "after 8 tries: failed: KeyError"),
}  # fmt: skip
"""How rows that are done went before, and how they say it now."""


def test_how_a_job_went_is_an_outcome_of_its_own_and_can_be_a_sentence_again(empty: Engine) -> None:
    at, config = datetime(2026, 3, 2, tzinfo=UTC), schema._config
    with migrating(empty) as connection:
        command.upgrade(config(connection), "0010")
        outbox = Table("outbox", MetaData(), autoload_with=connection)
        for n, (result, done_at) in enumerate([*((result, at) for result in RESULTS), ("failed: KeyError", None)]):
            about = {"kind": "close_call", "queue": "upkeep", "about_id": "c", "run_after": at, "created_at": at}
            row = {"id": f"{n:032}", "attempts": 1, "done_at": done_at, "result": result, **about}
            connection.execute(insert(outbox).values(row))
    schema.upgrade(empty)
    with Session(empty) as session:
        rows = session.execute(select(Outbox.outcome, Outbox.result).order_by(Outbox.id)).all()
    assert [tuple(row) for row in rows] == [*RESULTS.values(), ("retry", "failed: KeyError")]
    with migrating(empty) as connection:
        command.downgrade(config(connection), "0010")
        said = connection.execute(select(outbox.c.result).order_by(outbox.c.id)).scalars().all()
    whole = {"skipped by the team: no": "skipped: by the team: no"}
    assert said == [*(whole.get(result, result) for result in RESULTS), "failed: KeyError"]


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
