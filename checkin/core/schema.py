"""The database's tables, brought up to what this version of the code needs."""

from __future__ import annotations

from dataclasses import dataclass

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
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
