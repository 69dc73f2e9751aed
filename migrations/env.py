"""How alembic reaches the database: the connection that it is handed, or the one that the settings name."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import checkin.tables  # noqa: F401 - every table is known before any is compared
from checkin.core.database import make_engine, migrating
from checkin.core.models import AwareUTC, Base, PartialIndex
from checkin.core.settings import database_url, environment

ONE_AT_A_TIME = 4_215_550_100  # any number will do, as long as it stays the same


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """A migration is a record of what was, so it names no type of ours, which may change."""
    if kind == "type" and isinstance(item, AwareUTC):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """All or nothing on both databases, and one release at a time."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            if isinstance(index, PartialIndex):  # a migration that is written by machine names both
                index.tell("postgresql"), index.tell("sqlite")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render,
        transactional_ddl=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with migrating(make_engine(database_url(environment()))) as ours:
        run(ours)
