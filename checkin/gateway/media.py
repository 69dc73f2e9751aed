"""Where audio is kept: sealed, under opaque names, and gone at once when it has to be.

A store is three verbs over our own ids, so that a folder and an S3-compatible bucket are interchangeable.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from checkin.vault import Vault

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


class MediaMissing(Exception):
    """Nothing is kept under this key: it was never stored, or it was destroyed."""


class StoreFailed(Exception):
    """The store could not be asked, or refused. The same thing may well work later; the text says where to look."""


class MediaStore(Protocol):
    """Audio by opaque key. Content is sealed before it leaves this process, and never logged."""

    def put(self, key: str, content: bytes) -> None:
        """Keep the content. Whole or not at all; the same key again replaces it. Raises ValueError for a bad key."""

    def open(self, key: str) -> bytes:
        """The content. Raises MediaMissing, or vault.CannotOpen when its secret is gone."""

    def delete(self, key: str) -> None:
        """Destroy it. Gone already is no error."""


class LocalStore:
    """A folder with one sealed file a key, readable by this user only."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self._folder = folder
        self._vault = vault

    def put(self, key: str, content: bytes) -> None:
        """Written beside its place, flushed, then moved there: a crash leaves the old file or the new one."""
        place = self._place(key)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self._vault.seal_bytes(content))
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        self._flush_folder()

    def open(self, key: str) -> bytes:
        """Read and unseal. A link in the folder is not followed."""
        try:
            handle = os.open(self._place(key), os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ELOOP):
                raise
            raise MediaMissing("no audio is kept under this key") from error
        with os.fdopen(handle, "rb") as file:
            return self._vault.open_bytes(file.read())

    def delete(self, key: str) -> None:
        """Unlink, and wait until the folder knows."""
        place = self._place(key)
        if place.is_symlink() or place.exists():
            place.unlink(missing_ok=True)
            self._flush_folder()

    def _place(self, key: str) -> Path:
        return self._folder / checked(key)

    def _flush_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def checked(key: str) -> str:
    """The key, if it is one of ours. Raises ValueError."""
    if not _KEY.fullmatch(key):
        raise ValueError("a media key is letters, digits, - and _ (at most 80): an id of our own, never a path")
    return key
