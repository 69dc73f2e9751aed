"""Where audio is kept: encrypted, under opaque names, and gone at once when it has to be.

A store is three verbs over our own ids, so that a folder and an S3-compatible bucket are interchangeable.
"""

from __future__ import annotations

import errno
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checkin.core.encryption import DataKey, Keys, key_id_of

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


class MediaMissing(Exception):
    """Nothing is kept under this key: it was never stored, or it was destroyed."""


class StoreFailed(Exception):
    """The store could not be asked, or refused. The same thing may well work later; the text says where to look."""


class MediaStore(Protocol):
    """Audio by opaque key. Content is encrypted before it leaves this process, and never logged."""

    def put(self, key: str, content: bytes, of: str | None = None) -> None:
        """Keep the content. Whole or not at all; the same key again replaces it. Raises ValueError for a bad key.

        of: the id of the contact whose it is; it stands under their own key then.
        """

    def open(self, key: str) -> bytes:
        """The content. Raises MediaMissing, also where FORGET destroyed its key, and CannotDecrypt."""

    def encrypt_again(self, key: str, of: str | None = None) -> bool:
        """Keep the same under the newest key; False when it stands under it. Raises as `open` does."""

    def delete(self, key: str) -> None:
        """Destroy it. Gone already is no error."""


class DataKeys(Protocol):
    """The keys of contacts, which are rows of the database."""

    def of(self, contact_id: str) -> DataKey:
        """What is this contact's is encrypted with it from now on."""

    def find(self, key_id: str) -> DataKey | None:
        """The key that is called so; None: it was destroyed."""


@dataclass
class Cipher:
    """What stands in a store is bound to its name there. data_keys: None where no database is at hand."""

    keys: Keys
    data_keys: DataKeys | None = None

    def encrypt(self, key: str, content: bytes, of: str | None) -> bytes:
        if of is None or self.data_keys is None:
            return self.keys.encrypt("media", key, content)
        return self.data_keys.of(of).encrypt(f"media\0{key}", content)

    def is_current(self, kept: bytes, of: str | None) -> bool:
        """Whether it stands under the newest key: the contact's, or the installation's."""
        if of is None or self.data_keys is None:
            return self.keys.is_current(kept)
        return self.data_keys.of(of).is_of(kept)

    def decrypt(self, key: str, kept: bytes) -> bytes:
        """What was given. Raises MediaMissing, CannotDecrypt."""
        key_id = key_id_of(kept)
        if key_id is None:
            return self.keys.decrypt("media", key, kept)
        found = self.data_keys.find(key_id) if self.data_keys is not None else None
        if found is None:
            raise MediaMissing("whoever it was of was forgotten")
        return found.decrypt(f"media\0{key}", kept)


class LocalStore:
    """A folder with one encrypted file a key, readable by this user only."""

    def __init__(self, folder: Path, cipher: Cipher) -> None:
        self._folder = folder
        self._cipher = cipher

    def put(self, key: str, content: bytes, of: str | None = None) -> None:
        """Written beside its place, flushed, then moved there: a crash leaves the old file or the new one."""
        place, kept = self._place(key), self._cipher.encrypt(key, content, of)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(kept)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, place)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
        self._flush_folder()

    def open(self, key: str) -> bytes:
        """Read and decrypt. A link in the folder is not followed."""
        return self._cipher.decrypt(key, self._kept(key))

    def encrypt_again(self, key: str, of: str | None = None) -> bool:
        kept = self._kept(key)
        if self._cipher.is_current(kept, of):
            return False
        self.put(key, self._cipher.decrypt(key, kept), of)
        return True

    def _kept(self, key: str) -> bytes:
        try:
            handle = os.open(self._place(key), os.O_RDONLY | os.O_NOFOLLOW)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ELOOP):
                raise
            raise MediaMissing("no audio is kept under this key") from error
        with os.fdopen(handle, "rb") as file:
            return file.read()

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
