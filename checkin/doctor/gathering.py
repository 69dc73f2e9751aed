"""What is found out: of the account at the network, of this machine, of the line's people and words."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import Engine, select, text
from sqlalchemy.exc import SQLAlchemyError

from checkin.accounts import mail
from checkin.accounts import queries as accounts
from checkin.backups import records
from checkin.compliance import erasures
from checkin.core import practice_settings
from checkin.core.encryption import CannotDecrypt
from checkin.core.rules.phone import is_toll_free
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.doctor.facts import AccountFacts, MachineFacts, PeopleFacts, RedisFacts
from checkin.outbox.client import connect
from checkin.outbox.models import Heartbeat
from checkin.outbox.queries import oldest_due
from checkin.runtime import Runtime
from checkin.telephony.account import TwilioAccount
from checkin.telephony.account_port import StudioFlow
from checkin.telephony.media_store import MediaMissing, StoreFailed
from checkin.telephony.port import GatewayError
from checkin.volunteers import queries as rows
from checkin.volunteers.models import Alert
from flows.model.findings import errors

SOUND = b"checkin doctor"


def machine_facts(runtime: Runtime, now: datetime) -> MachineFacts:
    """Look at everything here. Never raises for what is down."""
    from checkin.core import schema  # it brings Alembic

    settings = runtime.settings
    with runtime.readers() as session:
        engine = session.get_bind().engine
    common: dict[str, Any] = {
        "database": "PostgreSQL" if engine.dialect.name == "postgresql" else "SQLite",
        "redis": _redis(settings),
        "media": _media(runtime),
        "mail": None if settings.mail is None else mail.trouble(settings.mail),
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
            backups = records.standing(session)
            unreadable = erasures.keys_held(session).unreadable if standing.current else 0
    except SQLAlchemyError as error:
        return MachineFacts(
            schema=(None, None), database_bytes=None, wal_bytes=0, beats={}, oldest_due=timedelta(), given_up=(),
            trouble=type(error).__name__, **common,
        )  # fmt: skip
    return MachineFacts(
        schema=(standing.at, standing.needed), database_bytes=size, wal_bytes=wal,
        beats={name: now - at for name, at in found.items()},
        oldest_due=max(now - due, timedelta()) if due else timedelta(), given_up=lost,
        backup=_since(backups.made, now), rehearsal=_since(backups.rehearsed, now), unreadable=unreadable, **common,
    )  # fmt: skip


def _since(at: datetime | None, now: datetime) -> timedelta | None:
    return None if at is None else now - at


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


Answer = TypeVar("Answer")


def account_facts(
    account: TwilioAccount, number: str, fallback_url: str | None, countries: Sequence[str]
) -> AccountFacts:
    """Ask for everything. Never raises for what the network says."""
    unread: dict[str, str] = {}

    def ask(name: str, question: Callable[[], Answer]) -> Answer | None:
        try:
            return question()
        except GatewayError as error:
            unread[name] = str(error)
            return None

    state = ask("state", account.state)
    if state is None:
        return AccountFacts(unread=unread)
    numbers = ask("numbers", account.numbers)
    ours = next((found for found in numbers or () if found.number == number), None)
    services = ask("services", account.services)
    service = next((found for found in services or () if number in found.senders), None)
    campaigns = ask("campaigns", lambda: account.campaigns(service.sid)) if service else None
    toll_free = ask("toll_free", lambda: account.toll_free(ours.sid)) if ours and is_toll_free(number) else None
    profiles = ask("profiles", account.profiles)
    allowed = {country: ask(f"calls to {country}", partial(account.may_call, country)) for country in countries}
    return AccountFacts(
        state=state,
        balance=ask("balance", account.balance),
        number=ours,
        numbers_known=numbers is not None,
        service=service,
        services_known=services is not None,
        campaigns=tuple(campaigns) if campaigns is not None else None,
        toll_free=toll_free,
        fallback=ask("fallback", lambda: _flow(account, fallback_url)),
        may_call={country: answer for country, answer in allowed.items() if answer is not None},
        profiles=tuple(profiles) if profiles is not None else None,
        unread=unread,
    )


def _flow(account: TwilioAccount, url: str | None) -> StudioFlow | None:
    """The Studio flow that the fallback's address is of; None: it is of something else."""
    if not url or "/Flows/" not in url:
        return None
    return next((flow for flow in account.studio_flows() if url.endswith(flow.sid)), None)


SAMPLE_NAME = "Harbor Line"
REFUSED = "webhooks_refused"
"""The alert that webhooks.refusals puts up."""

Cover = Callable[[UnitOfWork, str], tuple[float, float]]
"""Hours of volunteers that are wanted in the coming week, and how many of them have nobody."""


def people_facts(uow: UnitOfWork, line: str, cover: Cover) -> PeopleFacts:
    """Look at everything of this line."""
    from flows.checks.checker import about_flows  # it brings networkx; a web process that's never asked needs neither

    settings = uow.library.lines[line]
    wanted, missing = cover(uow, line)
    leads = [lead for lead in rows.leads(uow.session, line) if lead.stopped_at is None]
    alert = select(Alert.note).where(Alert.kind == REFUSED, Alert.closed_at.is_(None))
    return PeopleFacts(
        name=settings.name,
        sample_name=settings.name == SAMPLE_NAME,
        crisis_number=settings.crisis_number,
        leads=len(leads),
        organizers=len([person for person in accounts.team(uow.session, line) if person.state == "active"]),
        volunteers=len(rows.active(uow.session, line)),
        wanted=wanted,
        missing=missing,
        at_once=uow.policy(line).first_wave,
        countries=tuple(settings.countries),
        refused=uow.session.scalar(alert) or "",
        flow_errors=len(errors(about_flows(uow.library))),
    )
