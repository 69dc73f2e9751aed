"""Where backups and media lie: a folder, or a bucket of any S3-compatible store. Whole files only, by name."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from obstore.exceptions import BaseError
from obstore.store import S3Store

from checkin.backups.problems import BackupFailed
from checkin.core.settings import Settings, StoreSettings

UNFINISHED = ".new-"
LEFT_BEHIND = timedelta(days=1)
"""What a process that was killed has left is swept away after so long."""

_PART = 8 << 20


class BackupPlace(Protocol):
    """A place for files, by name. Each raises BackupFailed when the place doesn't do as it's asked."""

    def names(self) -> list[str]:
        """What's there, whole."""

    def put(self, name: str, file: Path) -> None:
        """Have it there under this name, instead of what was: whole or not at all."""

    def fetch(self, name: str, file: Path) -> None:
        """Copy it to `file`."""

    def delete(self, name: str) -> None:
        """Gone already is no error."""

    def check(self) -> None:
        """Whether something can be put there, and really be replaced."""


class Folder:
    """A folder that only we can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        with _explained(str(self._folder)):
            return sorted(path.name for path in self._folder.glob("[!.]*") if path.is_file())

    def put(self, name: str, file: Path) -> None:
        """Written beside its place, flushed, then moved there."""
        with _explained(str(self._folder)):
            self.check()
            handle, beside = tempfile.mkstemp(dir=self._folder, prefix=UNFINISHED)
            try:
                with os.fdopen(handle, "wb") as sink, file.open("rb") as source:
                    while part := source.read(_PART):
                        sink.write(part)
                    sink.flush()
                    os.fsync(sink.fileno())
                os.replace(beside, self._folder / name)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise

    def fetch(self, name: str, file: Path) -> None:
        with _explained(str(self._folder)), (self._folder / name).open("rb") as source, file.open("wb") as sink:
            while part := source.read(_PART):
                sink.write(part)

    def delete(self, name: str) -> None:
        with _explained(str(self._folder)):
            (self._folder / name).unlink(missing_ok=True)

    def check(self) -> None:
        """See BackupPlace; what a killed process left is swept away."""
        with _explained(str(self._folder)):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for left in self._folder.glob(f"{UNFINISHED}*"):
                if time.time() - left.stat().st_mtime > LEFT_BEHIND.total_seconds():
                    left.unlink(missing_ok=True)


class BackupBucket:
    """A folder in a bucket. What's put is there once all of it has arrived."""

    def __init__(self, store: Any, where: str) -> None:
        self._store, self._where = store, where

    def names(self) -> list[str]:
        with _explained(self._where):
            found = [entry["path"] for batch in self._store.list() for entry in batch]
        return sorted(name for name in found if "/" not in name)

    def put(self, name: str, file: Path) -> None:
        with _explained(self._where):
            self._store.put(name, file)

    def fetch(self, name: str, file: Path) -> None:
        with _explained(self._where), file.open("wb") as sink:
            for part in self._store.get(name).stream(_PART):
                sink.write(part)

    def delete(self, name: str) -> None:
        try:
            with _explained(self._where):
                self._store.delete(name)
        except BackupFailed as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise

    def check(self) -> None:
        """See BackupPlace: a bucket that keeps old versions would keep the keys of whoever is forgotten."""
        with _explained(self._where):
            put = self._store.put("checkin-probe", b"can something be put here?")
            self._store.delete("checkin-probe")
        if put.get("version"):
            raise BackupFailed(
                f"{self._where} keeps old versions of what's replaced, so the keys of people who are forgotten would"
                " stay in it: use a bucket without versioning"
            )


def place_of(written: str, settings: StoreSettings) -> BackupPlace:
    """The place that FOLDER or s3://bucket/prefix names. Raises BackupFailed."""
    if not written.startswith("s3:"):
        return Folder(Path(written).expanduser().absolute())
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?", written)
    if not found or ".." in written:
        raise BackupFailed(f"{written} is no bucket: write s3://bucket or s3://bucket/folder")
    return bucket_place(found.group(1), (found.group(2) or "").strip("/"), settings)


def media_place(settings: Settings) -> BackupPlace:
    """Where sound and pictures are kept, as they lie there: encrypted."""
    return bucket_place(*settings.bucket, settings) if settings.bucket else Folder(settings.media)


def bucket_place(name: str, prefix: str, settings: StoreSettings) -> BackupPlace:
    """A folder of a bucket, with the keys of the settings."""
    if not settings.s3_key_id or not settings.s3_secret:
        raise BackupFailed("a bucket needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: set both")
    store = S3Store(
        name,
        prefix=prefix or None,
        region=settings.s3_region,
        access_key_id=settings.s3_key_id,
        secret_access_key=settings.s3_secret,
        virtual_hosted_style_request=False,
        endpoint=settings.s3_endpoint or f"https://s3.{settings.s3_region}.amazonaws.com",
        client_options={"timeout": "5m", "connect_timeout": "10s", "allow_http": True},
        retry_config={"max_retries": 4, "retry_timeout": timedelta(minutes=2)},
    )
    return BackupBucket(store, f"s3://{name}/{prefix}".rstrip("/"))


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """What a library says may name keys; what we say names the place."""
    try:
        yield
    except (BaseError, OSError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise BackupFailed(f"{where} didn't do as it was asked ({why}): look at its name, room, and keys") from error
