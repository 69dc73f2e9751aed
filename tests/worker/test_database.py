"""Many writers at once, on both databases: none fails half way, none waits for ever, and a fork hurts nobody."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from checkin.core.database import make_engine, make_sessions

pytestmark = pytest.mark.processes


@pytest.fixture
def counts(engine: Engine) -> Iterator[Engine]:
    """A table with one number in it."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n integer)"))
        connection.execute(text("INSERT INTO tally VALUES (0)"))
    yield engine
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE tally"))


def count(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT n FROM tally")).scalar_one())


def test_many_threads_that_read_and_then_write_all_succeed_on_sqlite(sqlite_engine: Engine) -> None:
    with sqlite_engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n integer)"))
        connection.execute(text("INSERT INTO tally VALUES (0)"))
    sessions = make_sessions(sqlite_engine)

    def add_one(_: int) -> None:
        with sessions.begin() as session:
            n = session.execute(text("SELECT n FROM tally")).scalar_one()
            session.execute(text("UPDATE tally SET n = :n"), {"n": n + 1})

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add_one, range(200)))
        assert count(sqlite_engine) == 200
    finally:
        with sqlite_engine.begin() as connection:
            connection.execute(text("DROP TABLE tally"))


def test_a_transaction_that_raised_gives_the_lock_back(counts: Engine) -> None:
    sessions = make_sessions(counts)

    def fail_half_way() -> None:
        with sessions.begin() as session:
            session.execute(text("UPDATE tally SET n = 7"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with sessions.begin() as session:
        session.execute(text("UPDATE tally SET n = n + 1"))
    assert count(counts) == 1


def test_a_reader_waits_for_no_writer(counts: Engine) -> None:
    writers, readers = make_sessions(counts), make_sessions(counts, readonly=True)
    with writers.begin() as writing, readers() as reading:
        writing.execute(text("UPDATE tally SET n = 5"))
        assert reading.execute(text("SELECT n FROM tally")).scalar_one() == 0
    assert count(counts) == 5


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_locked(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkin.core.database.BUSY_SECONDS", 0.05)
    sessions = make_sessions(sqlite_engine)
    with sessions.begin() as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(OperationalError, match="database is locked"), sessions.begin() as second:
            second.execute(text("SELECT 1"))
    with sessions.begin() as third:
        assert third.execute(text("SELECT 1")).scalar_one() == 1


def test_a_forked_child_starts_with_connections_of_its_own(counts: Engine) -> None:
    sessions = make_sessions(counts)
    with sessions.begin() as parent:
        parent.execute(text("SELECT n FROM tally"))
    child = os.fork()
    if child == 0:
        try:
            with make_sessions(counts).begin() as session:
                session.execute(text("UPDATE tally SET n = n + 1"))
            os._exit(0)
        except BaseException:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with sessions.begin() as parent:
        parent.execute(text("UPDATE tally SET n = n + 1"))
    assert count(counts) == 2


def test_a_fork_in_the_middle_of_a_write_leaves_the_child_free_and_the_parent_whole(counts: Engine) -> None:
    with make_sessions(counts).begin() as parent:
        parent.execute(text("UPDATE tally SET n = 40"))
        child = os.fork()
        if child == 0:
            try:
                with make_sessions(counts, readonly=True)() as session:
                    seen = session.execute(text("SELECT n FROM tally")).scalar_one()
                os._exit(0 if seen == 0 else 2)
            except BaseException:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        parent.execute(text("UPDATE tally SET n = n + 2"))
    assert count(counts) == 42


def test_sqlite_makes_its_folder_and_survives_a_loss_of_power(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'deep' / 'down' / 'line.db'}")
    with engine.connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert asked == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def test_another_process_that_writes_is_waited_for(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'line.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE tally (n integer)"))
    other = sqlite3.connect(tmp_path / "line.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor(1) as pool:

        def write() -> None:
            with engine.begin() as connection:
                connection.execute(text("INSERT INTO tally VALUES (1)"))

        waiting = pool.submit(write)
        other.execute("COMMIT")
        waiting.result(timeout=5)
    other.close()
    assert count(engine) == 1
    engine.dispose()


def test_postgresql_never_hangs(postgresql_engine: Engine) -> None:
    with postgresql_engine.connect() as connection:
        asked = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in ("statement_timeout", "lock_timeout")]
    assert asked == ["8s", "5s"]
