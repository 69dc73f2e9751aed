"""What `checkin up` has loaded once, for all of its processes, and how each begins from there.

The Procfile says what runs, and hosts start the same commands as programs of their own. After SIGHUP so do we: a fork
would be of the code that we began with.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

LOADED = (
    "checkin.app", "checkin.conversations.session", "checkin.web.gunicorn_worker", "checkin.web.access_log",
    "gunicorn.app.wsgiapp", "worker.__main__", "worker.clock", "checkin.practice.server", "rq", "liquid",
)  # fmt: skip
"""What the processes of a line load when they start."""

PROGRAMS: Mapping[str, tuple[str, str]] = {
    "checkin": ("checkin.cli.main", "main"),
    "gunicorn": ("gunicorn.app.wsgiapp", "run"),
}
"""Module and function of the programs that the Procfile calls."""


def load() -> None:
    """Load it, before anything is opened or started."""
    for name in LOADED:
        importlib.import_module(name)


def words_of(command: str, environ: Mapping[str, str]) -> list[str]:
    """The words of a line of the Procfile, as the shell reads them in this environment."""
    said = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {command}"], env=dict(environ), capture_output=True, check=True
    )
    return said.stdout.decode().split("\0")[:-1]


def program(words: list[str]) -> tuple[Callable[[], object], list[str]] | None:
    """What to call for this command, and what it is called with; None: it is none of ours, and must be a program."""
    if not words or words[0] not in PROGRAMS:
        return None
    module, function = PROGRAMS[words[0]]
    argv = [str(Path(sys.executable).with_name(words[0])), *words[1:]]
    return getattr(importlib.import_module(module), function), argv
