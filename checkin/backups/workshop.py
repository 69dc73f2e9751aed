"""A private folder for what's half done, for one backup or restore at a time; nothing of it is left."""

from __future__ import annotations

import fcntl
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from checkin.backups.problems import BackupFailed

LOCK, HALF_DONE = "backup.lock", "backup-"


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
