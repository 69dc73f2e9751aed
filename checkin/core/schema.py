"""The database's tables, brought up to what this version of the code needs."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, Engine

from checkin.core.database import migrating
from checkin.core.practice_settings import HOME

MIGRATIONS = HOME / "migrations"


@dataclass(frozen=True)
class SchemaStanding:
    """Which revision a database is at, and which one this code needs; None: no tables yet, or no migrations."""

    at: str | None
    needed: str | None

    @property
    def current(self) -> bool:
        return self.at == self.needed


@dataclass(frozen=True)
class Migration:
    """One step from a database to the next. keeps_running: whether processes of the version before go on answering on
    the newer tables; only then may it run beside them. says: what it does, in a sentence.
    """

    revision: str
    says: str
    keeps_running: bool
    can_go_back: bool


def standing(engine: Engine) -> SchemaStanding:
    """How the database stands. Changes nothing."""
    with engine.connect().execution_options(readonly=True) as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return SchemaStanding(at, ScriptDirectory.from_config(_config()).get_current_head())


def upgrade(engine: Engine) -> SchemaStanding:
    """Bring the database up to date, in one transaction; returns how it stood before. Safe to run twice, or at once."""
    before = standing(engine)
    with migrating(engine) as connection:
        command.upgrade(_config(connection), "head")
    return before


def missing(at: str | None) -> list[Migration]:
    """The migrations from this revision to what this code needs, the first one first. Raises CommandError for one that
    this code doesn't know: a newer version was here.
    """
    scripts = ScriptDirectory.from_config(_config())
    if at is not None:
        scripts.get_revision(at)
    found = list(scripts.iterate_revisions("head", at or "base"))
    return [_migration(script) for script in reversed(found)]


def downgrade(engine: Engine) -> tuple[Migration, str | None]:
    """Take the newest migration back, in one transaction; answers which, and where the database is now. Raises
    CommandError where there's none, or it knows no way back.
    """
    at, scripts = standing(engine).at, ScriptDirectory.from_config(_config())
    if at is None:
        raise CommandError("the database has no tables")
    script = scripts.get_revision(at)
    if script.down_revision is None:
        raise CommandError("nothing comes before the first migration")
    with migrating(engine) as connection:
        command.downgrade(_config(connection), str(script.down_revision))
    return _migration(script), standing(engine).at


def _migration(script: Script) -> Migration:
    says = (script.module.__doc__ or script.revision).strip().splitlines()[0]
    keeps, back = getattr(script.module, "keeps_running", False), hasattr(script.module, "downgrade")
    return Migration(script.revision, says, keeps, back)


def differs(engine: Engine) -> str | None:
    """What the models have that the database has not, or the other way round; None when they agree."""
    try:
        with engine.begin() as connection:
            command.check(_config(connection))
    except CommandError as error:
        return str(error)
    return None


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config
