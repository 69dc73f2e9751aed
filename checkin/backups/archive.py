"""One archive: a tar of the database, flows, settings and media, a manifest at its end, and age around all of it."""

from __future__ import annotations

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO

from checkin.backups import age
from checkin.backups.places import BackupPlace
from checkin.backups.problems import BackupFailed

FORMAT = 1
MANIFEST, DATABASE, SETTINGS, FLOWS, MEDIA = "manifest.json", "database", "settings.env", "flows/", "media/"


@dataclass
class Manifest:
    """What an archive holds. kind: sqlite or postgresql. schema: the revision of its tables. rows: how many each table
    has. files: the hash of each file."""

    made_at: str
    kind: str
    schema: str
    rows: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def write(
    file: Path, public_key: str, manifest: Manifest, database: Path, settings: str, flows: Path, media: BackupPlace
) -> None:
    """Write an archive to `file`, for us alone. Raises OSError and BackupFailed; then nothing of it is left."""
    try:
        with (
            os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink,
            age.encrypting(sink, public_key) as plain,
            tarfile.open(fileobj=plain, mode="w|") as tar,
        ):
            _add(tar, manifest, DATABASE, database)
            for path in sorted(path for path in flows.rglob("*") if path.is_file() and not path.is_symlink()):
                _add(tar, manifest, f"{FLOWS}{path.relative_to(flows).as_posix()}", path)
            words = file.with_suffix(".part")
            _add_words(tar, manifest, SETTINGS, settings, words)
            for name in media.names():
                with _fetched(media, name, words) as there:
                    if there:
                        _add(tar, manifest, f"{MEDIA}{name}", words)
            _add_words(tar, manifest, MANIFEST, json.dumps(asdict(manifest)), words)
        with file.open("rb") as written:
            os.fsync(written.fileno())
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def unpack(file: Path, secret_key: str, folder: Path) -> Manifest:
    """Unpack an archive into an empty folder; what it says of itself was seen to be true. Raises BackupFailed."""
    hashes: dict[str, str] = {}
    try:
        with (
            file.open("rb") as source,
            age.decrypting(source, secret_key) as plain,
            tarfile.open(fileobj=plain, mode="r|") as tar,
        ):
            for member in tar:
                hashes[member.name] = _unpack(tar, member, folder)
    except OSError as error:
        raise BackupFailed(f"the backup can't be unpacked ({error.strerror}): make room in {folder.parent}") from error
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_text()))
    except (OSError, ValueError, TypeError) as error:
        raise BackupFailed("this backup says nothing of itself: take another one, or a newer checkin") from error
    hashes.pop(MANIFEST)
    if manifest.format != FORMAT:
        raise BackupFailed("this backup was made by another version of checkin: restore it with that one")
    if hashes != manifest.files:
        raise BackupFailed("what's in this backup isn't what it says of itself: take another one")
    return manifest


def _add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = path.stat().st_size, 0o600
    with path.open("rb") as source:
        hashing = _Hashing(source)
        tar.addfile(info, hashing)
    manifest.files[name] = hashing.sum.hexdigest()


def _add_words(tar: tarfile.TarFile, manifest: Manifest, name: str, words: str, beside: Path) -> None:
    beside.touch(mode=0o600)
    beside.write_text(words)
    try:
        _add(tar, manifest, name, beside)
    finally:
        beside.unlink()


@contextmanager
def _fetched(media: BackupPlace, name: str, beside: Path) -> Iterator[bool]:
    """A copy of it; False: somebody was forgotten meanwhile, and it's gone."""
    beside.touch(mode=0o600)
    try:
        try:
            media.fetch(name, beside)
        except BackupFailed:
            if name in media.names():
                raise
            yield False
            return
        yield True
    finally:
        beside.unlink(missing_ok=True)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    source = tar.extractfile(member)
    place = (folder / member.name).resolve()
    if source is None or not place.is_relative_to(folder.resolve()):
        raise BackupFailed("there's something in this backup that we never put there: take another one")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hashing = _Hashing(source)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        while part := hashing.read(age.CHUNK):
            sink.write(part)
    return hashing.sum.hexdigest()


class _Hashing:
    """What's read of it is hashed on the way."""

    def __init__(self, source: BinaryIO | IO[bytes]) -> None:
        self._source, self.sum = source, hashlib.sha256()

    def read(self, size: int = -1) -> Any:
        part = self._source.read(size)
        self.sum.update(part)
        return part
