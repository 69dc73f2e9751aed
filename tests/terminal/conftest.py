"""A line of Oda's own, on a fresh SQLite file, for the commands that she types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.assembly import build
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.settings import Settings
from checkin.runtime import Runtime
from tests import make
from tests.cast import LINE

NOBODY = "http://127.0.0.1:9"
"""A carrier that answers nothing."""


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database as the migrations make it, with nothing in it."""
    file = tmp_path_factory.mktemp("tables") / "line.db"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of her line, in force; its database is not made yet."""
    state = tmp_path / "var"
    state.mkdir()
    environ = {
        "PUBLIC_URL": "https://line.example",
        "TWILIO_ACCOUNT_SID": make.SID,
        "TWILIO_AUTH_TOKEN": "t" * 32,
        "TWILIO_API_URL": NOBODY,
        "CHECKIN_LINE_NUMBER": LINE,
        "CHECKIN_SECRET": make.SECRET,
        "CHECKIN_STATE": str(state),
        "DATABASE_URL": f"sqlite:///{state / 'line.db'}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "COLUMNS": "200",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


@pytest.fixture
def runtime(environ: dict[str, str], tables: bytes) -> Iterator[Runtime]:
    """Her line, which reaches no network but the test's."""
    (Path(environ["CHECKIN_STATE"]) / "line.db").write_bytes(tables)
    runtime = build(Settings.from_env(environ))
    if environ["TWILIO_API_URL"] == NOBODY:
        make.put(runtime, gateway=make.Network())
    runtime.start()
    yield runtime
    runtime.close()
