"""Start pytest with what was asked for, and see to it that it ends with everything that it started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from checkin.core.parent import end_with
from checkin.core.settings import environment

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PARALLEL = ("-n", "auto", "--dist", "loadgroup", "--no-loadscope-reorder")
"""Two at a time on two cores; what shares a running line or a browser stays together, the longest first
(tests/tiers.py)."""

TIERS = {"--whole": (), "--merge": ("--merge",)}
EVERY_CHANGE = ("--quick",)
ENDS_WITHIN = 2.0
"""Seconds that pytest has to say what was left, once it is asked to end."""


def arguments_of(asked: Sequence[str], place: Path) -> list[str]:
    """What pytest is called with. Where tests are named, those and no others, as pytest would; else a tier of them."""
    named = [str(place / argument) if _names_tests(argument, place) else argument for argument in asked]
    for_pytest = [argument for argument in named if argument not in TIERS]
    if any(_names_tests(argument, place) for argument in asked):
        return for_pytest
    tier = next((TIERS[argument] for argument in asked if argument in TIERS), EVERY_CHANGE)
    return [*PARALLEL, *tier, *for_pytest]


def _names_tests(argument: str, place: Path) -> bool:
    path = (place / argument.partition("::")[0]).resolve()
    return not argument.startswith("-") and path.is_relative_to(TESTS) and path.exists()


@contextmanager
def own_folder() -> Iterator[Path]:
    """The temporary folder of this run. When it is over, or we are killed, what belongs to it is ended and removed."""
    folder = Path(tempfile.mkdtemp(prefix="ct-"))  # short: a socket's path may not be long
    folder.chmod(0o711)  # PostgreSQL runs as somebody else where we are root
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tests.runner.ending", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,  # it outlives whoever kills all of us
    )
    try:
        yield folder
    finally:
        assert watcher.stdin is not None
        watcher.stdin.close()
        watcher.wait()


def run(arguments: Sequence[str]) -> int:
    """Run pytest with these arguments; its exit code."""
    with own_folder() as folder:
        running = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "tests.runner.progress", *arguments],
            cwd=ROOT,
            env={**environment(), "TMPDIR": str(folder)},
        )
        try:
            return running.wait()
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            return _end(running)


def _end(running: subprocess.Popen[bytes]) -> int:
    """Have it say what was left, whether Ctrl-C reached it or us alone."""
    running.send_signal(signal.SIGINT)
    try:
        return running.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        running.kill()
        return running.wait()


if __name__ == "__main__":
    end_with(os.getppid(), signal.SIGKILL)
    sys.exit(run(arguments_of(sys.argv[1:], Path.cwd())))
