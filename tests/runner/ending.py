"""Everything that a run of the tests started, found and ended: also the servers, browsers and lines of who was killed.

A run has a temporary folder that no other has (TMPDIR). Whatever was started by it names that folder in its
environment, its arguments or its place, or descends from something that does.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import psutil

ROUNDS = 40
BETWEEN_ROUNDS = 0.05
WHOLE_SERVER = 10
"""After so many rounds a PostgreSQL server that was asked to stop is killed: until then it may clear its memory up."""


def end_all(folder: Path, spared: Collection[int] = (), rounds: int = ROUNDS) -> list[str]:
    """Kill what belongs to the run with this folder, but for those processes; the names of those that there were.

    rounds: how often it looks whether somebody is left.
    """
    ended: dict[int, str] = {}
    for attempt in range(rounds):
        found = _of(str(folder), {os.getpid(), *spared})
        if not found:
            break
        for process in found:
            with suppress(psutil.Error):
                name = process.name()
                ended.setdefault(process.pid, name)
                server = name.startswith("postgres") and attempt < WHOLE_SERVER
                process.send_signal(signal.SIGQUIT if server else signal.SIGKILL)
        if attempt + 1 < rounds:
            time.sleep(BETWEEN_ROUNDS)
    return sorted(ended.values())


def _of(folder: str, spared: Collection[int]) -> list[psutil.Process]:
    """Who names it, and who descends from those: each process is looked at once."""
    there = {process.pid: process for process in psutil.process_iter(["ppid", "status"])}
    below: dict[int, list[int]] = {}
    for pid, process in there.items():
        below.setdefault(process.info["ppid"], []).append(pid)
    theirs: set[int] = set()
    left = [pid for pid, process in there.items() if _names(process, folder)]
    while left:
        pid = left.pop()
        if pid not in theirs:
            theirs.add(pid)
            left += below.get(pid, [])
    return [there[pid] for pid in theirs.difference(spared) if there[pid].info["status"] != psutil.STATUS_ZOMBIE]


def _names(process: psutil.Process, folder: str) -> bool:
    """Whether it speaks of the folder. A server may have written its name over its environment: each is tried."""
    for read in (process.cmdline, lambda: list(process.environ().values()), lambda: [process.cwd()]):
        with suppress(psutil.Error, OSError):
            if any(folder in words for words in read()):
                return True
    return False


def main() -> None:
    """Wait until whoever names a folder on standard input lets go of it or dies, then end all that belongs to it."""
    folder = Path(sys.stdin.read())
    left = end_all(folder)
    shutil.rmtree(folder, ignore_errors=True)
    if left:
        print(f"Ended what the tests had started: {', '.join(dict.fromkeys(left))}.", file=sys.stderr)


if __name__ == "__main__":
    main()
