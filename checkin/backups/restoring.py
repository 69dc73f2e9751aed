"""Brings a backup back: in a scratch database first, where it forgets, holds every STOP and learns what it missed.

Only what is finished is put in the place of the line's own database, all at once: so nothing can be sent before.
"""

from __future__ import annotations

import filecmp
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import exists, func, select

from checkin.backups import age, archive, making, records, snapshots
from checkin.backups.archive import Manifest
from checkin.backups.places import BackupPlace, media_place
from checkin.backups.problems import BackupFailed
from checkin.compliance import erasures
from checkin.contacts.models import Contact
from checkin.core import audit, schema
from checkin.core.audit import AuditAction
from checkin.core.database import make_engine, make_sessions
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey
from checkin.messages.models import FollowUp
from checkin.outbox.models import Heartbeat
from checkin.reconciliation import runs
from checkin.reconciliation.jobs import compare
from checkin.runtime import Runtime
from checkin.telephony.port import GatewayError

BEFORE = timedelta(hours=1)
"""The network's log is read from so long before the backup on."""

ALIVE = timedelta(seconds=90)

OpenLine = Callable[[Settings], Runtime]
"""Puts a line together from its settings (checkin.assembly)."""


@dataclass(frozen=True)
class Surroundings:
    """What a restore needs: the settings and environment of here, how a line is put together, and a private folder."""

    settings: Settings
    environ: Mapping[str, str]
    open_line: OpenLine
    folder: Path


@dataclass(frozen=True)
class Revived:
    """A database that came back, in its scratch place. forgotten, held: how many were forgotten and let be again."""

    runtime: Runtime
    url: str
    forgotten: int
    held: int


@dataclass(frozen=True)
class Restored:
    """What came back. due: texts that were due since the backup, and may have left. flows: where the backup's flows
    are, when they aren't those of here. aside: what was here before."""

    made_at: datetime
    rows: int
    media: int
    forgotten: int
    held: int
    reconciled: Counter[str]
    due: int
    flows: Path | None
    aside: Path | None


class NoWorkers:
    """Tells nobody of what is due."""

    def enqueue(self, _queue: str, _ids: Iterable[str]) -> bool:
        """Nobody was told."""
        return False

    def waiting(self, _queue: str) -> int:
        """Nothing waits."""
        return 0

    def reachable(self) -> bool:
        """Nobody is there."""
        return False


def open_archive(place: BackupPlace, name: str | None, secret_key: str, folder: Path) -> Manifest:
    """Unpack the archive of this name, else the newest, into `folder`. Raises BackupFailed."""
    key = age.public_key_of(secret_key)
    names = place.names()
    found = name or next(reversed(making.archives(names, key)), None)
    if found is None:
        raise BackupFailed("there's no backup for this key: look at the place, or take another key out of the safe")
    if found not in names:
        raise BackupFailed(f"there's no {found} in that place: leave it out for the newest")
    place.fetch(found, folder.parent / "archive")
    return archive.unpack(folder.parent / "archive", secret_key, folder)


def open_erasures(place: BackupPlace, secret_key: str, folder: Path) -> erasures.ErasureRecord:
    """The keys, erasures and STOPs that lie beside the archives: the newest there are. Raises BackupFailed."""
    name = making.kept_name(age.public_key_of(secret_key))
    if name not in place.names():
        raise BackupFailed(
            f"{name} isn't there, without which nobody is read and STOPs don't hold: name a file of"
            " `checkin erasures save` with --erasures"
        )
    file = folder / "erasures"
    place.fetch(name, file)
    with file.open("rb") as source, age.decrypting(source, secret_key) as plain:
        return erasures.read(plain.read().decode())


def rehearse(around: Surroundings, database: Path, manifest: Manifest, kept: erasures.ErasureRecord) -> tuple[int, int]:
    """Try it in a scratch database that is gone afterwards: whole, ours, readable, forgetful. Raises BackupFailed.

    Answers how many were forgotten and let be again. Nothing is asked of the network.
    """
    with revived(around, database, manifest, kept) as back:
        return back.forgotten, back.held


@contextmanager
def revived(
    around: Surroundings, database: Path, manifest: Manifest, kept: erasures.ErasureRecord
) -> Iterator[Revived]:
    """The database of a backup in a scratch place, brought up to date, with every erasure and STOP since."""
    own = around.settings.database_url
    if (manifest.kind == "sqlite") != snapshots.is_sqlite(own):
        raise BackupFailed(f"this backup is of {manifest.kind}, and DATABASE_URL names another kind: name one of that")
    with snapshots.scratch(own, around.folder) as url:
        if snapshots.load(database, url, around.environ) != manifest.rows:
            raise BackupFailed("the database has other rows than its backup says: take another one")
        _bring_up_to_date(url)
        runtime = around.open_line(around.settings.model_copy(update={"database_url": url}))
        runtime = replace(runtime, queue=NoWorkers())
        try:
            runtime.meet()
            forgotten, held = runtime.do(lambda uow: erasures.replay(uow, kept))
            if not runtime.look(_is_readable):
                why = "the keys beside it aren't its own" if kept.keys else "it's a backup without keys"
                raise BackupFailed(f"nobody in this backup can be read: {why}. Name another file with --erasures")
            yield Revived(runtime, url, forgotten, held)
        finally:
            runtime.close()


def restore(
    around: Surroundings, folder: Path, manifest: Manifest, kept: erasures.ErasureRecord, *, replacing: bool
) -> Restored:
    """Put an unpacked backup in the place of the line's own database, media and all. Raises BackupFailed.

    replacing: also where people are in that database; SQLite's is put aside. Until the last step nothing has changed
    here, and what did not work can be done again.
    """
    own, made_at = around.settings.database_url, datetime.fromisoformat(manifest.made_at)
    _may_take_the_place(around, replacing=replacing)
    with revived(around, folder / archive.DATABASE, manifest, kept) as back:
        reconciled = _reconcile(back.runtime, made_at)
        due = back.runtime.do(lambda uow: _hold_back(uow, made_at))
        back.runtime.do(lambda uow: _write_down(uow, made_at, due))
        media = _bring_media(folder / archive.MEDIA, media_place(around.settings))
        old = f".before-{back.runtime.clock():{making.STAMP}}"
        aside = snapshots.hand_over(back.url, own, around.folder, around.environ, old)
    return Restored(
        made_at=made_at,
        rows=sum(manifest.rows.values()),
        media=media,
        forgotten=back.forgotten,
        held=back.held,
        reconciled=reconciled,
        due=due,
        flows=_bring_flows(folder / archive.FLOWS, around.settings),
        aside=aside,
    )


def _bring_up_to_date(url: str) -> None:
    engine = make_engine(url)
    try:
        schema.upgrade(engine)
    except CommandError as error:
        raise BackupFailed("this backup was made by a newer checkin: restore it with that one") from error
    finally:
        engine.dispose()


def _is_readable(uow: UnitOfWork) -> bool:
    """Whether the number of whoever came last with a key is read, when there's anybody; one lost key loses no more."""
    held = erasures.keys_held(uow.session)
    if held.are_gone():
        return False
    has_key = exists().where(ContactKey.contact_id == Contact.id)
    known = select(Contact).where(Contact.number_encrypted.is_not(None), has_key).order_by(Contact.created_at.desc())
    contact = uow.session.scalars(known.limit(1)).first()
    return contact is None or bool(uow.vault.decrypt(contact, Contact.number_encrypted))


def _reconcile(runtime: Runtime, made_at: datetime) -> Counter[str]:
    if runtime.settings.practice:
        return Counter()  # the practice network keeps no log while it's off
    try:
        return compare(runtime, max(made_at - BEFORE, runtime.clock() - runs.FARTHEST))
    except GatewayError as error:
        raise BackupFailed(
            f"the network's log can't be read ({error}), and who texted STOP may stand in it: nothing was changed here;"
            " try again later"
        ) from error


def _hold_back(uow: UnitOfWork, made_at: datetime) -> int:
    """Send nothing that fell due since the backup: it may have left, and a follow-up is never sent twice."""
    lost = FollowUp.state == "planned", FollowUp.due_at >= made_at, FollowUp.due_at <= uow.now
    found = uow.session.scalars(select(FollowUp).where(*lost)).all()
    for row in found:
        row.state, row.reason = "unknown", "it was due while the database was lost"
    return len(found)


def _write_down(uow: UnitOfWork, made_at: datetime, due: int) -> None:
    records.note(uow, "rehearsed")
    told = f"{made_at:%Y-%m-%d %H:%M} UTC, {due} follow-ups held back"
    audit.write(uow, "the terminal", AuditAction.RESTORED_BACKUP, "database", after=told)


def _may_take_the_place(around: Surroundings, *, replacing: bool) -> None:
    own = around.settings.database_url
    if snapshots.counted(own, Heartbeat.__tablename__):
        engine = make_engine(own)
        try:
            with make_sessions(engine, readonly=True)() as session:
                last = session.scalar(select(func.max(Heartbeat.at)))
        finally:
            engine.dispose()
        runtime = around.open_line(around.settings)
        now = runtime.clock()
        runtime.close()
        if last is not None and now - last < ALIVE:
            raise BackupFailed("the line is running on this database: stop its web, worker and clock, wait two minutes")
    if not replacing and snapshots.counted(own, Contact.__tablename__):
        raise BackupFailed("people are in this line's database already: name an empty one, or say --replace")


def _bring_media(folder: Path, place: BackupPlace) -> int:
    """What isn't there; what is there is at least as new."""
    there = set(place.names())
    missing = [path for path in sorted(folder.glob("*")) if path.name not in there]
    for path in missing:
        place.put(path.name, path)
    return len(missing)


def _bring_flows(folder: Path, settings: Settings) -> Path | None:
    if not folder.exists():
        return None
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    same, _, _ = filecmp.cmpfiles(folder, settings.flows, names, shallow=False)
    if len(same) == len(names):
        return None
    beside = settings.state / "restored-flows"
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(folder, beside)
    return beside
