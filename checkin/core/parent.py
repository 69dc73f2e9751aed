"""A child and whoever started it: it does not outlive them, where the system can promise that, and says it works."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from contextlib import suppress

from checkin.core.settings import environment

PR_SET_PDEATHSIG = 1


def end_with(parent: int, sign: int = signal.SIGTERM) -> None:
    """Have the system send this process `sign` when its parent, whose id is given, dies. Linux; elsewhere nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:  # it died before we had asked
        os.kill(os.getpid(), sign)


def say_ready() -> None:
    """Tell whoever started us that we are at work, if they listen: as gunicorn does, and systemd's Type=notify hears.

    NOTIFY_SOCKET names a datagram socket; without it, nobody listens.
    """
    where = environment().get("NOTIFY_SOCKET")
    if where:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.sendto(b"READY=1", where.replace("@", "\0", 1) if where.startswith("@") else where)
