"""Processes of ours: started with a log each, watched, and ended in order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from checkin.core.forks import Fork, Forked
from checkin.core.parent import end_with
from checkin.core.practice_settings import HOME

GRACE_SECONDS = 16.0
"""How long a process may take to finish what it has in hand: a little longer than each allows itself (gunicorn.conf.py,
worker.supervisor), so that none is killed in the middle of ending."""

START_SECONDS = 60.0
"""How long a process may take until it says that it is at work."""

ORPHANS_SECONDS = 3.0
"""How long the children of a process that died may take to end, once they were asked."""

LAST_WORDS = 12
TRACE_LINES = 3
PROCFILE = HOME / "Procfile"


class ProcessEnded(Exception):
    """A process ended that should not have: its text says which, how, and its last words."""


def procfile(path: Path = PROCFILE) -> dict[str, str]:
    """The commands of the Procfile by the name of their process, in its order."""
    lines = (line.partition(":") for line in path.read_text().splitlines())
    return {name.strip(): command.strip() for name, colon, command in lines if colon and not name.startswith("#")}


def taken(port: int, host: str) -> bool:
    """Whether something listens on this port of this machine already. host: where we would."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


class RunningProcess(Protocol):
    """A process that we have started, as a program or as a fork."""

    @property
    def pid(self) -> int:
        """Its id."""

    def poll(self) -> int | None:
        """How it ended; None while it lives."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended. Raises subprocess.TimeoutExpired."""

    def terminate(self) -> None:
        """Ask it to end."""


@dataclass
class Process:
    """One running process, and where it says what."""

    name: str
    popen: RunningProcess
    log: Path

    def last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        said = [part for line in lines[-LAST_WORDS:] for part in _readable(line)]
        return "\n".join(f"    {line}" for line in said) or "    (it said nothing)"


class Processes:
    """A set of processes that stand and fall together. Logs go to `logs`/NAME.log; the last run's is kept as .1."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: list[Process] = []

    def start(
        self, name: str, command: str | Sequence[str], environ: Mapping[str, str], keeps: Sequence[int] = ()
    ) -> Process:
        """Start one: a list of arguments, or a line for the shell as it stands in a Procfile. keeps: files of ours that
        stay open in it."""
        log = self._log(name)
        arguments = ["/bin/sh", "-c", f"exec {command}"] if isinstance(command, str) else list(command)
        parent = os.getpid()
        with log.open("ab") as out:  # appending: it may be cut short meanwhile (checkin.core.log_files)
            popen = subprocess.Popen(
                arguments,
                env=with_our_commands(environ),
                cwd=HOME,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                pass_fds=keeps,
                start_new_session=True,  # Ctrl-C reaches us alone, and we end them in order
                preexec_fn=lambda: end_with(parent),  # noqa: PLW1509 - we have no threads
            )
        process = Process(name, popen, log)
        self.running.append(process)
        return process

    def fork(
        self,
        name: str,
        run: Callable[[], object],
        argv: Sequence[str],
        environ: Mapping[str, str],
        leaves: Sequence[socket.socket] = (),
    ) -> Process:
        """Start one that goes on from what we have loaded (checkin.core.forks). Raises ThreadsRun."""
        log = self._log(name)
        running = Forked(Fork(run, argv, with_our_commands(environ), HOME, log, leaves))
        process = Process(name, running, log)
        self.running.append(process)
        return process

    def _log(self, name: str) -> Path:
        """Where it says what; what the last one said is put aside."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        if log.exists():
            log.replace(log.with_suffix(".log.1"))
        log.touch()
        return log

    def replace(
        self, name: str, command: str | Sequence[str], environ: Mapping[str, str], keeps: Sequence[int] = ()
    ) -> bool:
        """Start this one anew, and end the old one once the new one says that it is at work (checkin.core.parent).

        False: it did not within START_SECONDS; then the old one has not been touched.
        """
        (old,) = [process for process in self.running if process.name == name]
        with _listening() as (where, heard):
            new = self.start(name, command, {**environ, "NOTIFY_SOCKET": where}, keeps)
            ends = time.monotonic() + START_SECONDS
            while not heard() and new.popen.poll() is None and time.monotonic() < ends:
                time.sleep(0.05)
            came = heard() and new.popen.poll() is None
        leaves = old if came else new
        self.running.remove(leaves)
        leaving = Processes(self.logs)
        leaving.running.append(leaves)
        leaving.stop()
        return came

    def check(self) -> None:
        """Raises Ended when one of them is no longer there."""
        for process in self.running:
            code = process.popen.poll()
            if code is not None:
                raise ProcessEnded(f"{process.name} ended ({_how(code)}). Its last words, from {process.log}:\n"
                            f"{process.last_words()}")  # fmt: skip

    def stop(self) -> list[str]:
        """End all, the last started first, and what one that died has left behind; answers who had to be killed."""
        orphaned = [process for process in self.running if process.popen.poll() is not None]
        for process in reversed(self.running):
            if process in orphaned:
                _signal_group(process, signal.SIGTERM)
            else:
                process.popen.terminate()
        end = time.monotonic() + GRACE_SECONDS
        killed = []
        for process in self.running:
            try:
                process.popen.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                killed.append(process.name)
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.popen.wait()
        end = min(end, time.monotonic() + ORPHANS_SECONDS)
        for process in orphaned:
            while _signal_group(process, 0) and time.monotonic() < end:
                time.sleep(0.05)
            _signal_group(process, signal.SIGKILL)
        self.running.clear()
        return killed


@contextmanager
def _listening() -> Iterator[tuple[str, Callable[[], bool]]]:
    """The address at which a process may say that it is at work, and whether it has."""
    said: list[bytes] = []
    with tempfile.TemporaryDirectory(prefix="up-") as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        where = f"{folder}/ready"
        ear.bind(where)
        ear.setblocking(False)

        def heard() -> bool:
            with suppress(BlockingIOError):
                said.append(ear.recv(4096))
            return any(b"READY=1" in words for words in said)

        yield where, heard


def _signal_group(process: Process, sign: int) -> bool:
    """Send a signal to a process and its descendants, who stay in its group when it dies. False when nobody is left."""
    try:
        os.killpg(process.popen.pid, sign)
    except ProcessLookupError:
        return False
    return True


def _readable(line: str) -> list[str]:
    """A line of JSON as somebody would say it; an error with the end of its trace. Any other line as it is."""
    try:
        told = json.loads(line)
        event, level = told.pop("event"), told.pop("level")
    except (ValueError, TypeError, AttributeError, KeyError):
        return [line]
    trace = str(told.pop("exception", "")).splitlines()[-TRACE_LINES:]
    details = " ".join(f"{name}={value}" for name, value in told.items() if name not in ("logger", "timestamp"))
    return [f"{level}: {event} {details}".rstrip(), *(f"    {part.strip()}" for part in trace)]


def _how(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def with_our_commands(environ: Mapping[str, str]) -> dict[str, str]:
    """`checkin` and `gunicorn` are those of this Python, whatever else is on PATH."""
    ours = str(Path(sys.executable).parent)
    return {**environ, "PATH": os.pathsep.join([ours, environ.get("PATH", os.defpath)]), "PYTHONUNBUFFERED": "1"}
