"""What a new version says of itself before it's begun with: tables, flows, settings, and what changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, func, update
from typer.testing import CliRunner

import checkin
from checkin.cli.main import app
from checkin.cli.up import opened
from checkin.contacts.models import StoredValue
from checkin.core import schema
from checkin.core.database import make_engine, migrating
from checkin.core.practice_settings import HOME
from checkin.core.settings import TABLE, Settings
from checkin.publishing.models import Definition
from checkin.runtime import Runtime
from checkin.setup import upgrading
from tests import make
from tests.cast import LINE

NAMES = sorted(row.name for row in TABLE)


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Oda's, before anything is in it."""
    url = f"sqlite:///{tmp_path / 'line.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("CHECKIN_STATE", str(tmp_path))
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def line(database: Engine, tmp_path: Path) -> Iterator[Runtime]:
    """Oda's line, which runs on it."""
    schema.upgrade(database)
    environ = {
        "PUBLIC_URL": "https://line.example", "TWILIO_ACCOUNT_SID": make.SID, "TWILIO_AUTH_TOKEN": "t" * 32,
        "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_SECRET": make.SECRET, "CHECKIN_STATE": str(tmp_path),
        "DATABASE_URL": str(database.url), "REDIS_URL": "redis://127.0.0.1:1/0",
    }  # fmt: skip
    with opened(Settings.from_env(environ)) as runtime:
        yield runtime


def checks(*more: str) -> tuple[int, str]:
    came = CliRunner().invoke(app, ["upgrade", *more])
    return came.exit_code, came.output


def test_the_version_is_said_and_is_the_same_everywhere() -> None:
    came = CliRunner().invoke(app, ["--version"])
    assert (came.exit_code, came.output.strip()) == (0, checkin.__version__)
    written = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["version"]
    assert written == checkin.__version__
    chapters = re.findall(r"^## (\S+)", (HOME / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert (chapters[0] == "Unreleased") is (".dev" in checkin.__version__)
    assert checkin.__version__.partition(".dev")[0] not in chapters[1:]


def test_migrations_are_told_one_by_one_with_what_each_asks_for(database: Engine) -> None:
    with migrating(database) as connection:
        command.upgrade(schema._config(connection), "0012")
    code, said = checks("--check")
    assert code == 1
    assert f"0.2.0 or older -> {checkin.__version__}" in said
    assert "0013  Tables have the field's names" in said
    assert "(stop the line first; can go back)" in said
    assert "Make a backup, stop the line" in said
    assert "Backups and restores" in said, "the changelog"
    assert "The line, whole" not in said, "what it has already"
    assert schema.standing(database).at == "0012", "it only looked"


def test_what_may_run_beside_the_line_is_said_and_done(database: Engine) -> None:
    with migrating(database) as connection:
        command.upgrade(schema._config(connection), "0013")
    code, said = checks("--check")
    assert code == 0, said
    assert "the line may go on" in said
    code, said = checks()
    assert code == 0, said
    assert schema.standing(database).current
    assert "up to date" in checks("--check")[1]


def test_a_database_of_a_newer_version_is_left_alone(database: Engine) -> None:
    schema.upgrade(database)
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    code, said = checks()
    assert code == 1
    assert "9999, which this version doesn't know" in said
    assert "nothing is changed" in said


def test_settings_that_came_and_went_are_named(line: Runtime, database: Engine) -> None:
    ran = {"version": "0.2.0", "settings": [*NAMES[1:], "CHECKIN_OLD"]}
    line.do(
        lambda uow: uow.session.execute(update(StoredValue).where(StoredValue.name == upgrading.NAME).values(value=ran))
    )
    found = upgrading.plan(database, {"CHECKIN_OLD": "x", "CHECKIN_PRACTISE": "yes", NAMES[1]: "y"})
    assert (found.new, found.gone) == (NAMES[:1], ["CHECKIN_OLD"])
    assert found.strange == ["CHECKIN_OLD", "CHECKIN_PRACTISE"]
    assert found.running.version == "0.2.0"
    assert found.changes


def test_what_runs_notes_itself_once(line: Runtime, database: Engine) -> None:
    line.do(upgrading.note)
    found = upgrading.plan(database, {})
    assert (found.running.version, found.new, found.gone, found.changes) == (checkin.__version__, [], [], [])
    assert found.is_possible


def test_a_published_flow_that_this_version_cannot_read_stands_in_the_way(line: Runtime, database: Engine) -> None:
    assert upgrading.plan(database, {}).flows > 3
    unknown = func.replace(Definition.source, '"say"', '"shout"')
    line.do(
        lambda uow: uow.session.execute(update(Definition).where(Definition.flow == "check_in").values(source=unknown))
    )
    found = upgrading.plan(database, {})
    assert found.unread == ["check_in"]
    assert not found.is_possible


@pytest.mark.parametrize(
    ("version", "has", "lacks"),
    [("0.2.0", "Backups and restores", "The line answers"), ("0.1.0", "A console", "The line answers"),
     ("0.3.0.dev0", "Backups and restores", "A console"), (None, "Backups and restores", "A console")],
)  # fmt: skip
def test_the_changelog_is_read_from_the_version_that_ran(version: str | None, has: str, lacks: str) -> None:
    said = "\n".join(upgrading.changes_since(version))
    assert has in said
    assert lacks not in said


def test_one_migration_back_at_the_terminal(database: Engine) -> None:
    came = CliRunner().invoke(app, ["db", "downgrade", "--yes"])
    assert came.exit_code != 0, "there's nothing to go back from"
    needed = schema.upgrade(database).needed
    came = CliRunner().invoke(app, ["db", "downgrade"], input="n\n")
    assert schema.standing(database).at == needed
    came = CliRunner().invoke(app, ["db", "downgrade", "--yes"])
    assert came.exit_code == 0, came.output
    assert schema.standing(database).at == schema.missing(None)[-2].revision
