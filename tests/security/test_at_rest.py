"""What lies on the disk is for its owner alone, and what was forgotten is in none of the database's files."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from checkin import assembly
from checkin.conversations import inbound_text
from checkin.core import private_files, schema
from checkin.core.database import PRAGMAS, make_engine, wipe
from checkin.core.settings import Settings
from checkin.dispatch import dispatcher
from checkin.runtime import Runtime
from tests import cast, make
from tests.cast import ANA

ROOT = Path(__file__).parents[2]
CHECKIN = Path(sys.executable).parent / "checkin"


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in (folder, *folder.rglob("*")) if path.lstat().st_mode & 0o077]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {
            "PUBLIC_URL": "https://line.example",
            "TWILIO_ACCOUNT_SID": make.SID,
            "TWILIO_AUTH_TOKEN": "t" * 32,
            "TWILIO_API_URL": "http://127.0.0.1:9",
            "CHECKIN_LINE_NUMBER": cast.LINE,
            "CHECKIN_SECRET": make.SECRET,
            "CHECKIN_STATE": str(tmp_path / "state"),
            "REDIS_URL": "unix:///nowhere.sock",
        }
    )


@pytest.fixture
def runtime(settings: Settings) -> Iterator[Runtime]:
    """A line whose database is a file of its own."""
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    engine.dispose()
    built = assembly.build(settings)
    built.start()
    yield built
    built.close()


def everything_told(engine: Engine) -> set[bytes]:
    """Every value of the database that is long enough to be somebody's."""
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        rows = [row for table in tables for row in connection.execute(text(f'SELECT * FROM "{table}"')).all()]
    values = {value.encode() if isinstance(value, str) else value for row in rows for value in row}
    return {value for value in values if isinstance(value, bytes) and len(value) >= 24}


def found_in_files(settings: Settings, values: set[bytes]) -> set[bytes]:
    content = b"".join(path.read_bytes() for path in settings.state.glob("line.db*"))
    return {value for value in values if value in content}


def carries_out(runtime: Runtime) -> None:
    for _, row_id in runtime.outbox.due(100):
        dispatcher.dispatch(runtime, row_id)


def test_what_ana_had_forgotten_is_in_no_file_of_the_database(runtime: Runtime, settings: Settings) -> None:
    engine = runtime.sessions.kw["bind"]
    for body in ("hello", "4", "nobody may ever read what I write here", "and I live by the old harbor", "DONE"):
        runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(ANA, body)))
    before = everything_told(engine)
    for body in ("FORGET", "FORGET"):
        runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(ANA, body)))
    gone = before - everything_told(engine)
    assert gone == found_in_files(settings, gone), "SQLite keeps it all in its log until that is cut"
    carries_out(runtime)
    gone = before - everything_told(engine)
    assert len(gone) >= 8, "she had said something"
    assert found_in_files(settings, gone) == set()


def test_deleted_pages_are_overwritten_on_every_machine(runtime: Runtime) -> None:
    """Not only where SQLite was built to do so, as Debian's is."""
    assert "secure_delete=ON" in PRAGMAS
    with runtime.sessions.kw["bind"].connect() as connection:
        assert connection.execute(text("PRAGMA secure_delete")).scalar_one() == 1


def test_whoever_writes_meanwhile_is_not_kept_waiting(runtime: Runtime) -> None:
    """The log of pages is cut another time, and this is told."""
    engine = runtime.sessions.kw["bind"]
    with engine.begin() as writing:
        writing.execute(text("DELETE FROM heartbeats"))
        assert wipe(engine) is False
    assert wipe(engine) is True


@pytest.mark.parametrize("umask", ["022", "000"])
def test_whatever_the_machine_allows_others_they_get_nothing(tmp_path: Path, umask: str) -> None:
    state = tmp_path / "state"
    environ = {"CHECKIN_STATE": str(state), "PATH": os.environ["PATH"]}
    command = f"umask {umask}; exec {CHECKIN} db upgrade"
    subprocess.run(["sh", "-c", command], env=environ, cwd=ROOT, check=True, capture_output=True)
    assert (state / "line.db").exists()
    assert open_to_others(state) == []


def test_what_was_open_before_is_closed(settings: Settings, tmp_path: Path) -> None:
    with ExitStack() as stack:
        stack.callback(os.umask, os.umask(0o022))
        for name in ("line.db", "line.db-wal", "log/web.log", "redis/appendonlydir/one.aof", "media/key", "secret"):
            (settings.state / name).parent.mkdir(parents=True, exist_ok=True)
            (settings.state / name).write_text("open")
        elsewhere, theirs = tmp_path / "elsewhere", settings.state / "notes.txt"
        elsewhere.write_text("not ours")
        theirs.write_text("somebody's")
        (settings.state / "log" / "link").symlink_to(elsewhere)
    private_files.tighten(settings)
    assert settings.state.stat().st_mode & 0o777 == 0o700
    still = [path for path in open_to_others(settings.state) if not path.endswith(("/link", "/notes.txt"))]
    assert still == []
    assert elsewhere.stat().st_mode & 0o777 == theirs.stat().st_mode & 0o777 == 0o644
