"""A child that does not outlive its parent, where the system can promise it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def end_with(parent: int, sign: int = signal.SIGTERM) -> None:
    """Have the system send this process `sign` when its parent, whose id is given, dies. Linux; elsewhere nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:  # it died before we had asked
        os.kill(os.getpid(), sign)
