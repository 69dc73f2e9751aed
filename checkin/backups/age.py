"""Archives are age files (https://age-encryption.org): encrypted to a public key, so that the line can't read them.

The format is authenticated in chunks: what was cut short or changed isn't opened. `age -d` opens it without us, too.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import BinaryIO

import pyrage

from checkin.backups.problems import BackupFailed

CHUNK = 1 << 20


def new_key() -> tuple[str, str]:
    """A secret key, for the safe, and the public key that belongs to it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def fingerprint(public_key: str) -> str:
    """Eight letters that tell keys apart, and nothing else."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:8]


def public_key_of(secret_key: str) -> str:
    """The public key of what somebody took from the safe. Raises BackupFailed when it's no such key."""
    try:
        return str(pyrage.x25519.Identity.from_str(secret_key).to_public())
    except pyrage.IdentityError as error:
        raise BackupFailed("that's no key for backups: it begins with AGE-SECRET-KEY-1") from error


@contextmanager
def encrypting(sink: BinaryIO, public_key: str) -> Iterator[BinaryIO]:
    """Write what's to be encrypted; it's whole in `sink` when this ends without an error. Raises OSError."""
    recipient = pyrage.x25519.Recipient.from_str(public_key)
    reading, writing = _pipe()

    def pump() -> None:
        with reading:
            pyrage.encrypt_io(reading, sink, [recipient])

    with _beside(pump) as result:
        try:
            with writing:
                yield writing
        except BrokenPipeError:  # the other end says why
            _as_os_error(result)
            raise
        _as_os_error(result)


@contextmanager
def decrypting(source: BinaryIO, secret_key: str) -> Iterator[BinaryIO]:
    """Read what was encrypted. Only when this ends without an error was it all there, and ours. Raises BackupFailed."""
    public_key_of(secret_key)
    identity = pyrage.x25519.Identity.from_str(secret_key)
    reading, writing = _pipe()

    def pump() -> None:
        with writing:
            pyrage.decrypt_io(source, writing, [identity])

    with _beside(pump) as result:
        try:
            with reading:
                yield reading
                while reading.read(CHUNK):
                    pass  # the end says whether the rest was true
        except (tarfile.TarError, EOFError) as error:
            _as_damaged(result)
            raise BackupFailed("the backup is damaged: take another one") from error
        _as_damaged(result)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


@contextmanager
def _beside(pump: Callable[[], None]) -> Iterator[Callable[[], None]]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(pump).result


def _as_os_error(result: Callable[[], None]) -> None:
    try:
        result()
    except pyrage.EncryptError as error:
        raise OSError(str(error)) from error


def _as_damaged(result: Callable[[], None]) -> None:
    try:
        result()
    except (pyrage.DecryptError, OSError, ValueError) as error:
        if "No matching keys" in str(error):
            raise BackupFailed("this key doesn't open this backup: it was made for another one") from error
        raise BackupFailed("the backup was cut short or changed, and isn't opened: take another one") from error
