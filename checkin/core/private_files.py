"""What the line keeps on a disk is for its owner alone, whatever the machine would allow others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkin.core.settings import Settings  # it takes longer to load than most commands run

UMASK = 0o077

OURS = (
    "line.db*", "log", "redis*", "media", "secret", "practice*", "flows.compiled", "setup-journal.json",
    "env-before-setup", "backup*", "restored-flows",
)  # fmt: skip
"""What we make in the state folder. Anything else in it is somebody else's to mind."""


def begin() -> None:
    """From now on whatever this process makes, and those that it starts, only its owner can read."""
    os.umask(UMASK)


def tighten(settings: Settings) -> None:
    """The same for what is there already: the state folder and what we keep in it, database and sound elsewhere.

    What belongs to somebody else, or is a link, is left alone.
    """
    for path in (settings.state, settings.media, *_in_state(settings.state), *_database(settings.database_url)):
        with suppress(OSError):
            found = path.lstat()
            if not path.is_symlink() and found.st_uid == os.geteuid() and found.st_mode & UMASK:
                path.chmod(found.st_mode & 0o7700)


def _database(url: str) -> list[Path]:
    """The files of SQLite's; none of another."""
    name = url.partition("sqlite:///")[2]
    return [Path(f"{name}{end}") for end in ("", "-wal", "-shm")] if name else []


def _in_state(state: Path) -> Iterator[Path]:
    for pattern in OURS:
        for path in state.glob(pattern):
            yield path
            if path.is_dir() and not path.is_symlink():
                yield from path.rglob("*")
