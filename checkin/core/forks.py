"""A process that begins with everything that this one has loaded: it shares that memory, and is at work at once.

What must not be shared isn't: it has its own log, environment, signals and session, and no connection or thread of ours
comes with it. Whoever forks has none open (checkin.core.database lets go of those that were).
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from pathlib import Path
from socket import socket

from setproctitle import setproctitle

from checkin.core.parent import end_with
from checkin.core.settings import set_environment

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_SECONDS = 0.02


class ThreadsRun(RuntimeError):
    """A fork takes one thread along, and the locks that the others hold for ever."""


@dataclass(frozen=True)
class Fork:
    """What a fork is to be. run: what it does; when it returns, the process ends. leaves: sockets that it lets go of.

    argv: what it's called with, as if a shell had started it; lists of processes show it, too.
    """

    run: Callable[[], object]
    argv: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    log: Path
    leaves: Sequence[socket] = ()


class Forked:
    """A running fork, as subprocess.Popen would show it."""

    def __init__(self, fork: Fork) -> None:
        if threading.active_count() > 1:
            raise ThreadsRun("threads run, and a fork would take the locks that they hold with it")
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what waits there is ours to say, once
        self._process: ForkProcess = multiprocessing.get_context("fork").Process(
            target=_begin, args=(fork, os.getpid()), name=fork.argv[0]
        )
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # one that comes now waits
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """How it ended; None while it lives."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises subprocess.TimeoutExpired."""
        ends = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:  # its own `join` would wait for what it has started, too
            if ends is not None and time.monotonic() > ends:
                raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
            time.sleep(LOOK_SECONDS)
        return code

    def terminate(self) -> None:
        if self.poll() is None:
            self._process.terminate()


def _begin(fork: Fork, parent: int) -> None:
    """The first thing that the child does. SystemExit says how it ends."""
    os.setsid()  # Ctrl-C reaches whoever started us, and they end us in order
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_DFL)
    end_with(parent)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    for leaving in fork.leaves:
        leaving.close()
    _speak_into(fork.log)
    set_environment(fork.environ)
    os.chdir(fork.folder)
    sys.argv[:] = fork.argv
    setproctitle(" ".join([Path(fork.argv[0]).name, *fork.argv[1:]]))
    fork.run()


def _speak_into(log: Path) -> None:
    """What it says goes there at once, and nobody says anything to it."""
    with log.open("ab") as out, open(os.devnull, "rb") as nothing:  # appending: it may be cut short meanwhile
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    sys.stdout, sys.stderr = (open(fd, "w", buffering=1, closefd=False) for fd in (1, 2))  # noqa: SIM115 - for good
