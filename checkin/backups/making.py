"""Makes a backup: an archive of everything, and beside it, always replaced, what decides who may be read in it.

The archive comes without the keys of contacts. These lie in one small file with the erasures and STOPs of now, which
is written again every few minutes: whoever is forgotten is in no archive any more, however old
(docs/decisions/0018-backups-forget-too.md).
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from checkin.backups import age, archive, records, snapshots
from checkin.backups.archive import Manifest
from checkin.backups.places import BackupPlace, media_place
from checkin.backups.problems import BackupFailed
from checkin.compliance import erasures
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.errors import UserError
from checkin.core.settings import TABLE
from checkin.runtime import Runtime

STAMP = "%Y%m%dT%H%M%SZ"
NO_KEY = "there's no key for backups yet: run `checkin backup --new-key` in a terminal; it's shown once, for your safe"

Rehearsal = Callable[[Path, Manifest, erasures.ErasureRecord, Path], object]
"""Tries a copy of the database, with what's kept beside it, in a folder for what's half done. Raises BackupFailed."""

LOCK, HALF_DONE = "backup.lock", "backup-"


@dataclass(frozen=True)
class Retention:
    """How many archives are kept, and for how many days; the newest always."""

    count: int
    days: int


@dataclass(frozen=True)
class BackupMade:
    """What was made, what it holds, and which old ones were deleted."""

    name: str
    size: int
    rows: int
    media: int
    deleted: list[str]
    rehearsed: bool


def archive_name(public_key: str, made_at: datetime) -> str:
    """What an archive is called: whose key opens it, and when it was made."""
    return f"checkin-{age.fingerprint(public_key)}-{made_at.astimezone(UTC):{STAMP}}.age"


def kept_name(public_key: str) -> str:
    """What the one file beside archives of this key is called."""
    return f"checkin-{age.fingerprint(public_key)}-erasures.age"


def archives(names: list[str], public_key: str) -> dict[str, datetime]:
    """Those of these names that are archives for this key, the oldest first, and when each was made."""
    ours = re.compile(rf"checkin-{age.fingerprint(public_key)}-(\d{{8}}T\d{{6}}Z)\.age")
    found = {name: match.group(1) for name in sorted(names) if (match := ours.fullmatch(name))}
    return {name: datetime.strptime(stamp, STAMP).replace(tzinfo=UTC) for name, stamp in found.items()}


def too_old(names: list[str], public_key: str, keep: Retention, now: datetime) -> list[str]:
    """Archives that aren't kept any longer."""
    made = archives(names, public_key)
    newest_first = list(reversed(made))
    return [
        name
        for place, name in enumerate(newest_first)
        if place > 0 and (place >= keep.count or now - made[name] > timedelta(days=keep.days))
    ]


def back_up(
    runtime: Runtime, place: BackupPlace, keep: Retention, environ: Mapping[str, str], rehearse: Rehearsal
) -> BackupMade:
    """Make a backup of now; once a month what went into it is rehearsed, too. Raises BackupFailed, and notes that."""
    with _noted(runtime, "failed"), workshop(runtime.settings.state) as folder:
        place.check()
        before, now = runtime.read(records.standing), runtime.clock()
        key = _key(before)
        database, file = folder / "database", folder / "archive"
        rows = snapshots.copy(runtime.settings.database_url, database, environ)
        kept = save_erasures(runtime, place, key, folder)
        kind = "sqlite" if snapshots.is_sqlite(runtime.settings.database_url) else "postgresql"
        manifest = Manifest(now.isoformat(), kind, _schema(runtime), rows)
        settings, media = settings_file(environ), media_place(runtime.settings)
        archive.write(file, key, manifest, database, settings, runtime.settings.flows, media)
        name = archive_name(key, now)
        place.put(name, file)
        runtime.do(lambda uow: records.note(uow, "made"))
        old = too_old(place.names(), key, keep, now)
        for left in old:
            place.delete(left)
        if due := before.is_rehearsal_due(now):
            rehearse(database, manifest, kept, folder)
            runtime.do(lambda uow: records.note(uow, "rehearsed"))
        return BackupMade(
            name=name,
            size=file.stat().st_size,
            rows=sum(rows.values()),
            media=sum(path.startswith(archive.MEDIA) for path in manifest.files),
            deleted=old,
            rehearsed=due,
        )


def keep_erasures(runtime: Runtime, place: BackupPlace) -> None:
    """Replace the file beside the archives, and nothing else. Raises BackupFailed, and notes that."""
    with _noted(runtime, "unsaved"):
        key = _key(runtime.read(records.standing))
        folder = runtime.settings.state
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        save_erasures(runtime, place, key, folder)


def save_erasures(runtime: Runtime, place: BackupPlace, key: str, folder: Path) -> erasures.ErasureRecord:
    """Put the keys of everybody who wasn't forgotten, every erasure and every STOP beside the archives.

    Raises BackupFailed where the keys are gone: those that lie beside the archives are the last there are.
    """
    try:
        kept = runtime.look(erasures.all_of)
    except UserError as error:
        raise BackupFailed(f"{error}: bring the keys back with the newest backup, before it's too old") from error
    file = folder / f"backup-erasures-{runtime.new_id()}"
    try:
        with (
            os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink,
            age.encrypting(sink, key) as plain,
        ):
            plain.write(erasures.written(kept).encode())
        place.put(kept_name(key), file)
    finally:
        file.unlink(missing_ok=True)
    runtime.do(lambda uow: records.note(uow, "saved"))
    return kept


def settings_file(environ: Mapping[str, str]) -> str:
    """The settings that are set, as .env has them; secrets too, so that one key in the safe brings all of it back."""
    return "".join(f"{row.name}={environ[row.name]}\n" for row in TABLE if environ.get(row.name))


def _key(found: records.BackupStanding) -> str:
    if not found.public_key:
        raise BackupFailed(NO_KEY)
    return found.public_key


def _schema(runtime: Runtime) -> str:
    engine = make_engine(runtime.settings.database_url)
    try:
        return schema.standing(engine).at or ""
    finally:
        engine.dispose()


@contextmanager
def _noted(runtime: Runtime, event: records.Event) -> Iterator[None]:
    try:
        yield
    except Exception:
        with suppress(SQLAlchemyError):
            runtime.do(lambda uow: records.note(uow, event))
        raise


@contextmanager
def workshop(state: Path) -> Iterator[Path]:
    """The folder, in the state folder. Raises BackupFailed where another is at work, or the disk is full."""
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (state / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BackupFailed("a backup or restore is at work already: wait until it's done") from error
            for left in state.glob(f"{HALF_DONE}*"):  # of one that was killed: nobody else is at work
                shutil.rmtree(left, ignore_errors=True)
            folder = Path(tempfile.mkdtemp(dir=state, prefix=HALF_DONE))
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"{state} didn't do as it was asked ({error}): is its disk full?") from error
