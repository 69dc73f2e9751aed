"""What an interrupted run left behind in the temporary folder: servers whose tests are gone, and their folders."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
from pathlib import Path

TEMPORARY = Path(tempfile.gettempdir())
POSTGRES = "checkin-pg-"
FOLDER = "checkin-of-"


def own_folder_name() -> str:
    """How this process's own folder begins: it tells whose it is."""
    return f"{FOLDER}{os.getpid()}-"


def sweep() -> None:
    """Stop and remove what belongs to processes that are no more. Runs of others on this machine are left alone."""
    for folder in TEMPORARY.glob(f"{FOLDER}*"):
        owner = folder.name.removeprefix(FOLDER).partition("-")[0]
        if owner.isdigit() and not _lives(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)
    for data in TEMPORARY.glob(f"{POSTGRES}*"):
        owners = _owners(data)
        if owners and not any(_lives(pid) for pid in owners):
            _stop_postgres(data)
            shutil.rmtree(data, ignore_errors=True)


def _owners(data: Path) -> list[int]:
    """The processes that use this server, as the package that starts it writes them down; none while it starts."""
    try:
        return [int(pid) for pid in json.loads((data / ".handle_pids.json").read_text())]
    except (OSError, ValueError):
        return []


def _stop_postgres(data: Path) -> None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGQUIT)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
