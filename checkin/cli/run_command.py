"""`checkin run NAME`: one process of the Procfile, in place of this one. It's how containers and systemd start each."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from checkin.core.errors import UserError
from checkin.core.practice_settings import HOME, state_of
from checkin.core.processes import procfile, with_our_commands
from checkin.core.settings import environment


def run(name: Annotated[str, typer.Argument(help="web, worker, clock or release.")]) -> None:
    """Run what the Procfile says of NAME, with the commands that were installed beside this one."""
    commands = procfile()
    if name not in commands:
        raise UserError.of(f"the Procfile has no {name}: it has {', '.join(commands)}")
    given = environment()
    environ = with_our_commands({**given, "CHECKIN_STATE": str(state_of(given))})
    os.chdir(HOME)  # where gunicorn finds what it reads
    script = f"exec {commands[name]}"
    os.execve("/bin/sh", ["/bin/sh", "-c", script], environ)  # noqa: S606 - the Procfile's own words
