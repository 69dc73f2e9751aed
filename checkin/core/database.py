"""The way to the database: engines and sessions for SQLite and PostgreSQL, safe with threads and after a fork."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 5.0  # how long a write waits for another; a webhook has fifteen seconds in all
STATEMENT_SECONDS = 8
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=ON")
WIPE_SECONDS, WIPE_TRIES = 0.3, 10
THREADS = 8  # of one web process: each may hold one connection

_NOBODY_THERE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A server that vanished without a word is noticed within seconds; the system itself waits for a quarter of an hour."""

_engines: weakref.WeakSet[Engine] = weakref.WeakSet()
_locks: weakref.WeakSet[_Busy] = weakref.WeakSet()
_left_by_parent: list[object] = []


def make_engine(url: str) -> Engine:
    """An engine for `url` (sqlite:///path or postgresql+psycopg://...). Opens nothing yet.

    SQLite: write-ahead log, every commit on disk, foreign keys on. A transaction takes the write lock when it begins,
    so that none fails half way, unless its connection has the execution option `readonly`.
    After a fork the child starts with no connections; the parent's stay the parent's.
    """
    parsed = make_url(url)
    engine = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed)
    _engines.add(engine)
    return engine


def make_sessions(engine: Engine, *, readonly: bool = False) -> sessionmaker[Session]:
    """Sessions on `engine` whose objects stay readable after the commit. `readonly`: transactions that never wait."""
    bind = engine.execution_options(readonly=True, postgresql_readonly=True) if readonly else engine
    return sessionmaker(bind, expire_on_commit=False)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction that changes tables.

    SQLite changes a table by making it anew, and would take the rows that refer to the old one for orphans: so it looks
    at what refers to what when all is done, and not before. Raises LookupError where something refers to nothing.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")  # heeded only while no transaction runs
        try:
            with connection.begin():
                yield connection
                lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if lost:
                    raise LookupError(f"rows of {', '.join(sorted({row[0] for row in lost}))} refer to nothing")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def wipe(engine: Engine) -> bool:
    """Have what was deleted and overwritten leave SQLite's files: its log of pages is written back and cut to nothing.

    Waits a moment for whoever reads or writes, and keeps nobody waiting for longer. False: somebody was always there.
    Nothing is done on PostgreSQL (docs/running-it.md).
    """
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        raw: Any = connection.driver_connection
        raw.execute(f"PRAGMA busy_timeout={int(WIPE_SECONDS * 1000)}")
        for _ in range(WIPE_TRIES):
            if raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0:
                return True
            time.sleep(WIPE_SECONDS)
        return False
    except sqlite3.OperationalError:
        return False
    finally:
        connection.invalidate()  # it has less patience than the others


class _Busy:
    """The one write lock of a process. SQLite's own wait is a sleep without a queue: this one is a queue."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        _locks.add(self)

    def take(self) -> None:
        if not self.lock.acquire(timeout=BUSY_SECONDS):
            raise sqlite3.OperationalError(f"database is locked: another thread has been writing for {BUSY_SECONDS} s")


class _Writer(sqlite3.Connection):
    """A connection that gives the write lock back when its transaction is over."""

    busy: _Busy | None = None

    def begin(self, busy: _Busy) -> None:
        busy.take()
        self.busy = busy
        try:
            self.execute("BEGIN IMMEDIATE")
        except BaseException:
            self._done()
            raise

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self._done()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._done()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._done()

    def _done(self) -> None:
        """A commit that failed leaves its transaction open, and the lock with it until the rollback."""
        busy = self.busy
        if busy is not None and not self._open():
            self.busy = None
            busy.lock.release()

    def _open(self) -> bool:
        try:
            return self.in_transaction
        except sqlite3.ProgrammingError:
            return False


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"factory": _Writer, "timeout": BUSY_SECONDS, "check_same_thread": False},
        pool_size=THREADS,
        hide_parameters=True,  # what people wrote never stands in an error
        max_overflow=THREADS,
        pool_timeout=BUSY_SECONDS,
    )
    busy = _Busy()

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if connection.get_execution_options().get("readonly"):
            connection.exec_driver_sql("BEGIN")
            return
        raw = connection.connection.driver_connection
        assert isinstance(raw, _Writer)
        try:
            raw.begin(busy)
        except sqlite3.Error as error:
            raise _as_sqlalchemy(error) from error

    return engine


def _as_sqlalchemy(error: sqlite3.Error) -> Exception:
    """The error as SQLAlchemy would have raised it, so that callers retry one kind only."""
    from sqlalchemy.exc import OperationalError

    return OperationalError("BEGIN IMMEDIATE", None, error)


def _postgres(url: URL) -> Engine:
    timeouts: dict[str, Any] = {
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": f"{int(BUSY_SECONDS)}s",
        "idle_in_transaction_session_timeout": "30s",
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in timeouts.items())
    return create_engine(
        url,
        connect_args={"options": options, "connect_timeout": 5, "application_name": "checkin"} | _NOBODY_THERE,
        pool_size=THREADS,
        hide_parameters=True,  # what people wrote never stands in an error
        max_overflow=THREADS,
        pool_timeout=BUSY_SECONDS,
        pool_recycle=1800,
        pool_pre_ping=True,
    )


def _after_fork() -> None:
    """Nothing of the parent's is used or closed here: closing SQLite's file or PostgreSQL's socket would hurt it."""
    for engine in list(_engines):
        _left_by_parent.append(engine.pool)
        engine.dispose(close=False)
    for busy in list(_locks):
        busy.lock = threading.Lock()  # a thread that did not come with us may have held the old one


os.register_at_fork(after_in_child=_after_fork)
