"""`bin/checkin test`: what it calls pytest with, that it tells how far it is, and that nothing of it outlives it."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from tests.runner.__main__ import EVERY_CHANGE, PARALLEL, ROOT, arguments_of
from tests.runner.progress import Watching

SLOW = """
import os, pathlib, subprocess, sys, tempfile, time
CHILD = "import subprocess, time; subprocess.Popen(['sleep', '333'], env={}); time.sleep(333)"

def test_first():
    pass

def test_second():
    subprocess.Popen([sys.executable, "-c", CHILD], start_new_session=True)
    subprocess.run(["sh", "-c", "sleep 333 &"], start_new_session=True)
    time.sleep(0.5)
    pathlib.Path(__file__).with_name("begun").write_text(tempfile.gettempdir())
    time.sleep(333)

def test_third():
    pass
"""
"""The second takes long, and has children: one with a child that knows nothing of the run, one without a parent."""


@dataclass
class Running:
    """Those tests, run by somebody at a terminal of their own; `begun` is written when the second runs."""

    process: subprocess.Popen[bytes]
    begun: Path
    words: list[bytes] = field(default_factory=list)

    def runs(self) -> list[psutil.Process]:
        """Everybody, once the second test runs."""
        ends = time.monotonic() + 60
        while not self.begun.exists() or not self.begun.read_text():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < ends
            time.sleep(0.05)
        whose = self.begun.read_text()
        known = [process for process in psutil.process_iter() if whose in _environ(process)]
        below = [child for process in known for child in process.children(recursive=True)]
        return [*dict.fromkeys([psutil.Process(self.process.pid), *known, *below])]

    def said(self) -> str:
        """All that it has said until now."""
        return b"".join(self.words).decode(errors="replace")

    def hear(self, terminal: int) -> None:
        """Read what it says, to the end: whoever writes to a terminal that nobody reads waits for ever."""
        with suppress(OSError):  # so ends a terminal
            while part := os.read(terminal, 65536):
                self.words.append(part)


def _environ(process: psutil.Process) -> str:
    try:
        return str(process.environ())
    except psutil.Error:
        return ""


def left_of(processes: list[psutil.Process], within: float) -> list[psutil.Process]:
    """Those that still live after so many seconds."""
    ends = time.monotonic() + within
    while (left := [process for process in processes if _lives(process)]) and time.monotonic() < ends:
        time.sleep(0.05)
    return left


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@pytest.fixture
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    """They run. In parallel where the parameter says so."""
    tests = tmp_path / "test_slow.py"
    tests.write_text(SLOW)
    more = ["-p", "no:randomly", *getattr(request, "param", [])]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "checkin", "test", str(tests), *more],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        env={**os.environ, "COLUMNS": "200", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    running = Running(process, tmp_path / "begun")
    hearing = threading.Thread(target=running.hear, args=[ours])
    hearing.start()
    yield running
    process.kill()
    process.wait()
    hearing.join(10)
    os.close(ours)


@pytest.mark.parametrize("running", [[], ["-n", "2"]], ids=["one", "two"], indirect=True)
def test_the_first_ctrl_c_ends_everything_and_says_what_was_left(running: Running) -> None:
    everybody = running.runs()
    assert len(everybody) >= 5, "who runs it, pytest, and three of the second test"
    os.killpg(running.process.pid, signal.SIGINT)
    assert left_of(everybody, 10) == []
    assert running.process.wait(10) == pytest.ExitCode.INTERRUPTED
    said = running.said()
    assert "of 3 tests were left, none failed" in said
    assert "Traceback" not in said
    assert not Path(running.begun.read_text()).exists()


def test_killed_at_once_it_leaves_nobody_and_nothing_behind(running: Running) -> None:
    everybody = running.runs()
    os.killpg(running.process.pid, signal.SIGKILL)
    assert left_of(everybody, 10) == []
    ends = time.monotonic() + 10
    while Path(running.begun.read_text()).exists():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    """`uv run` stands between bin/checkin and us, and may be killed alone."""
    tests = tmp_path / "test_slow.py"
    tests.write_text(SLOW)
    command = f"{sys.executable} -m checkin test {tests} -p no:randomly >/dev/null 2>&1; true"
    between = subprocess.Popen(["sh", "-c", command], cwd=ROOT)
    everybody = Running(between, tmp_path / "begun").runs()
    between.kill()
    between.wait()
    assert left_of(everybody, 10) == []


def test_on_a_terminal_a_bar_says_how_far_it_is_and_what_runs(running: Running) -> None:
    running.runs()
    ends = time.monotonic() + 20
    while not ("1/3" in running.said() and "test_second" in running.said()):
        assert time.monotonic() < ends, running.said()
        time.sleep(0.05)


def test_piped_it_says_so_in_lines() -> None:
    out = io.StringIO()
    watching = Watching(Console(file=out, width=200))
    assert watching.line().startswith("collecting tests · ")
    watching.pytest_xdist_node_collection_finished(["tests/a.py::test_a"] * 1200)
    for _ in range(300):
        watching.pytest_runtest_logstart("tests/a.py::test_a[sqlite]@group")
        watching.pytest_runtest_logfinish("tests/a.py::test_a[sqlite]@group")
    watching.pytest_runtest_logstart("tests/b.py::test_b[x]")
    line = watching.line()
    assert line.startswith(" 25 % · 300 of 1,200 · none failed · ")
    assert " to go · now b.py::test_b 0 s" in line


@pytest.mark.parametrize(
    ("asked", "called"),
    [
        ([], [*PARALLEL, *EVERY_CHANGE]),
        (["--merge"], [*PARALLEL, "--merge"]),
        (["--whole"], [*PARALLEL]),
        (["-x", "-k", "stop"], [*PARALLEL, *EVERY_CHANGE, "-x", "-k", "stop"]),
        (["tests/settings", "-k", "port"], [str(ROOT / "tests/settings"), "-k", "port"]),
        (["-k", "port", "tests/settings/test_settings.py::test_a"],
         ["-k", "port", str(ROOT / "tests/settings/test_settings.py::test_a")]),
        (["tests/settings", "--whole"], [str(ROOT / "tests/settings")]),
        (["tests/settings", "--merge", "-n", "2"], [str(ROOT / "tests/settings"), "-n", "2", "--merge"]),
    ],
)  # fmt: skip
def test_its_arguments_are_pytests(asked: list[str], called: list[str]) -> None:
    assert arguments_of(asked, ROOT) == called
