"""From one version to the next: what ran here last, what is installed now, and what lies between the two."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from alembic.util.exc import CommandError
from sqlalchemy import Engine, column, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import checkin
from checkin.contacts.models import StoredValue
from checkin.core import schema
from checkin.core.practice_settings import HOME
from checkin.core.schema import Migration
from checkin.core.settings import TABLE
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions

NAME = "release"
OURS = re.compile(r"CHECKIN_(?!COMMAND$)[A-Z_]+")


@dataclass(frozen=True)
class RunningRelease:
    """What ran on this database last. version: None for one that noted nothing (0.2.0 and older)."""

    version: str | None = None
    settings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class UpgradePlan:
    """What the installed version changes.

    flows: how many published flows it reads; unread: those that it can't. unknown: the database is of a newer version.
    new, gone: settings; strange: names in the environment that look like ours, and no setting is called.
    """

    running: RunningRelease
    installed: str
    at: str | None
    needed: str | None
    migrations: Sequence[Migration] = ()
    unknown: bool = False
    flows: int = 0
    unread: Sequence[str] = ()
    new: Sequence[str] = ()
    gone: Sequence[str] = ()
    strange: Sequence[str] = ()
    changes: Sequence[str] = field(default_factory=tuple)

    @property
    def keeps_running(self) -> bool:
        """Whether the line may go on answering while it's upgraded."""
        return all(migration.keeps_running for migration in self.migrations)

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.unknown and not self.unread


def note(uow: UnitOfWork) -> None:
    """This version runs on this database from now on."""
    value = {"version": checkin.__version__, "settings": sorted(row.name for row in TABLE)}
    row = uow.session.get(StoredValue, NAME)
    if row is None or row.value != value:
        uow.session.merge(StoredValue(name=NAME, value=value, updated_at=uow.now))


def plan(engine: Engine, environ: Mapping[str, str]) -> UpgradePlan:
    """Look at what is here. Changes nothing. Raises SQLAlchemyError where the database doesn't answer."""
    found = schema.standing(engine)
    running = _running(engine)
    names = {row.name for row in TABLE}
    said: dict[str, Any] = {
        "running": running, "installed": checkin.__version__, "at": found.at, "needed": found.needed,
        "new": sorted(names - running.settings) if running.settings else [],
        "gone": sorted(running.settings - names),
        "strange": sorted(name for name in environ if OURS.fullmatch(name) and name not in names),
        "changes": changes_since(running.version) if running.version != checkin.__version__ else [],
    }  # fmt: skip
    try:
        migrations = schema.missing(found.at)
    except CommandError:
        return UpgradePlan(**said, unknown=True)
    flows, unread = _flows(engine)
    return UpgradePlan(**said, migrations=migrations, flows=flows, unread=unread)


def changes_since(version: str | None) -> list[str]:
    """The entries of the changelog that are newer than this version; without one, those of the newest alone."""
    text = (HOME / "CHANGELOG.md").read_text(encoding="utf-8")
    found: list[str] = []
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name, _, body = part.partition("\n")
        if version is not None and not _is_newer(name.split()[0], version):
            break
        found += [re.sub(r"\s+", " ", entry).strip() for entry in re.split(r"^- ", body, flags=re.MULTILINE)[1:]]
        if version is None:
            break
    return found


def _is_newer(name: str, than: str) -> bool:
    """Whether this chapter of the changelog came after that version; one that is "Unreleased" did."""
    release, dev, _ = than.partition(".dev")
    chapter, known = (tuple(int(part) for part in re.findall(r"\d+", words)) for words in (name, release))
    return not chapter or chapter > known or (chapter == known and bool(dev))


def _running(engine: Engine) -> RunningRelease:
    kept = select(column("value", StoredValue.value.type)).select_from(table(StoredValue.__tablename__))
    try:
        with Session(engine) as session:
            value = session.scalar(kept.where(column("name") == NAME))
    except SQLAlchemyError:  # the table had another name before 0.3.0, or there's none
        return RunningRelease()
    return RunningRelease() if value is None else RunningRelease(value["version"], frozenset(value["settings"]))


def _flows(engine: Engine) -> tuple[int, list[str]]:
    """How many published flows this version reads, and which it can't. Tables that are too old tell nothing."""
    try:
        with Session(engine) as session:
            live = {name: row.hash for name, row in definitions.newest(session).items() if not row.retired}
            readable = definitions.readable(session, list(live.values()))
    except SQLAlchemyError:
        return 0, []
    unread = sorted(name for name, flow_hash in live.items() if flow_hash not in readable)
    return len(live) - len(unread), unread
