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
ENDS_WITHIN = 4.0
"""Seconds that pytest has to say what was left, once it is asked to end: more than it needs on a quiet machine."""


def arguments_of(asked: Sequence[str], place: Path) -> list[str]:
    """What pytest is called with. Where tests are named, those and no others, as pytest would; else a tier of them.

    place: where the names of files are read from.
    """
    named = any(_is_file(argument, place) for argument in asked)
    for_pytest = [str(place / argument) if _is_file(argument, place) else argument for argument in asked]
    tier = next((TIERS[argument] for argument in asked if argument in TIERS), () if named else EVERY_CHANGE)
    others = [argument for argument in for_pytest if argument not in TIERS]
    return [*others, *tier] if named else [*PARALLEL, *tier, *others]


def _is_file(argument: str, place: Path) -> bool:
    """Whether this names tests; the words of -k and -m may be names of folders, too."""
    path = (place / argument.partition("::")[0]).resolve()
    return not argument.startswith("-") and path.exists() and (path.suffix == ".py" or path.is_relative_to(TESTS))


@contextmanager
def own_folder() -> Iterator[Path]:
    """The temporary folder of this run. When it is over, or we are killed, what belongs to it is ended and removed."""
    folder = Path(tempfile.mkdtemp(prefix="ct-"))  # short: a socket's path may not be long
    folder.chmod(0o711)  # PostgreSQL runs as somebody else where we are root
    watcher = subprocess.Popen(
        [sys.executable, "-m", "tests.runner.ending"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        start_new_session=True,  # it outlives whoever kills all of us
    )
    assert watcher.stdin is not None
    watcher.stdin.write(bytes(folder))  # not an argument of its own: it would belong to the run, and be ended with it
    watcher.stdin.flush()
    try:
        yield folder
    finally:
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
