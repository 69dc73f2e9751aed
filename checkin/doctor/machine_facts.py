"""What this machine says: database, Redis, processes, what is kept, the disk."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from checkin.backups import records
from checkin.core import practice_settings
from checkin.core.encryption import CannotDecrypt
from checkin.core.settings import Settings
from checkin.doctor.facts import MachineFacts, RedisFacts
from checkin.outbox.client import connect
from checkin.outbox.models import Heartbeat
from checkin.outbox.queries import oldest_due
from checkin.runtime import Runtime
from checkin.telephony.media_store import MediaMissing, StoreFailed
from checkin.volunteers.models import Alert

SOUND = b"checkin doctor"


def gather(runtime: Runtime, now: datetime) -> MachineFacts:
    """Look at everything here. Never raises for what is down."""
    from checkin.core import schema  # it brings Alembic

    settings = runtime.settings
    with runtime.readers() as session:
        engine = session.get_bind().engine
    common: dict[str, Any] = {
        "database": "PostgreSQL" if engine.dialect.name == "postgresql" else "SQLite",
        "redis": _redis(settings),
        "media": _media(runtime),
        "free": shutil.disk_usage(settings.state if settings.state.exists() else Path.cwd()).free,
        "env_private": _private(practice_settings.CODE / ".env"),
    }
    try:
        standing = schema.standing(engine)
        size, wal = _size(engine)
        with runtime.readers() as session:
            found = dict(session.execute(select(Heartbeat.name, Heartbeat.at)).all())
            due = oldest_due(session, now)
            given_up = select(Alert.rule).where(Alert.kind == "set_aside", Alert.closed_at.is_(None)).distinct()
            lost = tuple(sorted(session.scalars(given_up)))
            made = records.standing(session).made
    except SQLAlchemyError as error:
        return MachineFacts(
            schema=(None, None), database_bytes=None, wal_bytes=0, beats={}, oldest_due=timedelta(), given_up=(),
            trouble=type(error).__name__, **common,
        )  # fmt: skip
    return MachineFacts(
        schema=(standing.at, standing.needed), database_bytes=size, wal_bytes=wal,
        beats={name: now - at for name, at in found.items()},
        oldest_due=max(now - due, timedelta()) if due else timedelta(), given_up=lost,
        backup=None if made is None else now - made, **common,
    )  # fmt: skip


def _size(engine: Engine) -> tuple[int | None, int]:
    """Bytes of the database, and of what SQLite has not taken into it yet."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            return connection.execute(text("SELECT pg_database_size(current_database())")).scalar(), 0
    file = Path(engine.url.database or "")
    wal = Path(f"{file}-wal")
    return (file.stat().st_size if file.exists() else None), (wal.stat().st_size if wal.exists() else 0)


def _redis(settings: Settings) -> RedisFacts:
    from redis.exceptions import RedisError

    client = connect(settings.redis_url)
    try:
        version = str(client.info("server")["redis_version"])
    except RedisError:
        return RedisFacts()
    url = settings.redis_url
    try:
        told = cast(dict[str, str], client.config_get("*append*", "maxmemory-policy"))
    except RedisError:  # many hosts forbid it
        told = {}
    finally:
        client.close()
    private = url.startswith("unix://") or "@" in url or "127.0.0.1" in url or "localhost" in url
    append = told.get("appendonly")
    return RedisFacts(version, told.get("maxmemory-policy"), append == "yes" if append else None, private)


def _media(runtime: Runtime) -> str:
    """Why a sound could not be kept, read and deleted; "" when it could."""
    key = runtime.new_id()
    try:
        runtime.media.put(key, SOUND)
        same = runtime.media.open(key) == SOUND
        runtime.media.delete(key)
    except (StoreFailed, MediaMissing, CannotDecrypt, OSError) as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "" if same else "what came back was something else"


def _private(file: Path) -> bool:
    return not file.exists() or not file.stat().st_mode & 0o077
