"""What each entry costs to start: processor time of a fresh process, beside what its libraries cost by themselves.

    .venv/bin/python -m tests.bench start [--rounds 9]

The floor imports Flask, SQLAlchemy with its ORM, and Twilio's signature check. Each round starts every one once, the
floor among them, so that whatever else this machine does hits all alike; bytecode and compiled flows are there by then.
Read the ratio. `checkin up` is timed by the clock on the wall, for somebody waits for its table.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.rows import Row
from tests.settings.test_settings import GOOD

ROOT = Path(__file__).parents[2]
CHECKIN = Path(sys.executable).with_name("checkin")
TITLE = "Start: processor time of a fresh process"
FLOOR = "from flask import Flask; import sqlalchemy.orm; from twilio.request_validator import RequestValidator"
TABLE_SECONDS = 60.0
TABLES = 2
"""How often a table is waited for on a folder that a line has run in; before that once on an empty one."""

_NOT_BEGUN = "type('Not', (), {'__init__': lambda *_: None, 'run': lambda *_: 0})"
"""Stands where a process would begin to wait for work."""

_LIKE_A_COMMAND = "from checkin.core import garbage; garbage.leave_be()"
"""How checkin.cli.main begins."""

ENTRIES: Mapping[str, tuple[str, float]] = {
    "web": ("import checkin.wsgi", 1.6),
    "web, before its first fork": ("import checkin.wsgi as it; it.warm()", 1.6),
    "worker": (f"{_LIKE_A_COMMAND}; from worker import __main__ as it; it.Supervisor = {_NOT_BEGUN}; it.main()", 1.3),
    "clock": (f"{_LIKE_A_COMMAND}; from worker import clock as it; it.Clock = {_NOT_BEGUN}; it.main()", 1.3),
    "volunteers list": ("checkin volunteers list", 1.3),
    "outbox list": ("checkin outbox list", 1.3),
    "flows check": ("checkin flows check", 1.3),
}
"""What it runs, and how many times the base it may cost."""

HELP, HELP_SECONDS = "checkin --help", 0.3
WRONG, WRONG_SECONDS = "a wrong setting of a worker", 0.5
UP_SECONDS = 5.0


def measure(rounds: int) -> Iterator[Row]:
    """Every entry, then `checkin up`."""
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        spent = _spent(rounds, {**GOOD, "TWILIO_API_URL": "http://127.0.0.1:9", "PATH": os.environ["PATH"],
                                "CHECKIN_STATE": folder})  # fmt: skip
    floor = spent.pop(FLOOR)
    for name, times in spent.items():
        ours, beside = statistics.median(times), statistics.median(floor)
        ratios = sorted(mine / its for mine, its in zip(times, floor, strict=True))
        limit = {HELP: f"{HELP_SECONDS} s", WRONG: f"{WRONG_SECONDS} s"}.get(name)
        yield Row(
            name, f"{ours:.2f} s", f"{beside:.2f} s", f"{ours / beside:.2f}", f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
            limit or f"{ENTRIES[name][1]} of it",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="bench-up-") as folder:
        waited = [_waited(Path(folder)) for _ in range(TABLES + 1)]
    yield Row("checkin up, the first table of all", f"{waited[0]:.1f} s")
    yield Row("checkin up, table", f"{statistics.median(waited[1:]):.1f} s", aim=f"{UP_SECONDS:.0f} s")


def _spent(rounds: int, environ: Mapping[str, str]) -> dict[str, list[float]]:
    """Seconds of each round, by name. What isn't there yet is made in one before, which doesn't count."""
    subprocess.run([CHECKIN, "db", "upgrade"], env=environ, check=True, capture_output=True)
    codes = {FLOOR: FLOOR, **{name: code for name, (code, _) in ENTRIES.items()}, HELP: HELP}
    wrong = {name: value for name, value in environ.items() if name != "PUBLIC_URL"}
    spent: dict[str, list[float]] = {}
    for _ in range(rounds + 1):
        for name, code in codes.items():
            spent.setdefault(name, []).append(seconds(code, environ))
        spent.setdefault(WRONG, []).append(seconds("checkin worker", wrong, ends=2))
    return {name: times[1:] for name, times in spent.items()}


def _waited(folder: Path) -> float:
    with running(folder) as (_pid, took):
        return took


def seconds(code: str, environ: Mapping[str, str], *, ends: int = 0) -> float:
    """Processor time of one fresh process. code: Python, or a command of ours. ends: the exit code it must have."""
    if code.startswith("checkin "):
        code = f"sys.argv[:] = {code.split()!r}; from checkin.cli.main import main; main()"
    told = "import atexit, sys, time; atexit.register(lambda: print('took', time.process_time(), file=sys.stderr)); "
    ran = subprocess.run([sys.executable, "-c", told + code], env=environ, cwd=ROOT, capture_output=True, text=True,
                         timeout=TABLE_SECONDS)  # fmt: skip
    assert ran.returncode == ends, ran.stderr
    took = [line for line in ran.stderr.splitlines() if line.startswith("took ")]
    return float(took[-1].split()[1])


@contextmanager
def running(state: Path, *options: str) -> Iterator[tuple[int, float]]:
    """A line that `checkin up` runs: its process, and the seconds until its table was there."""
    environ = {
        "CHECKIN_STATE": str(state),
        "PORT": str(free_port()),
        "PATH": os.environ["PATH"],
        "COLUMNS": "120",
    }
    said = state / "up.txt"
    began = time.monotonic()
    with said.open("wb") as out:
        up = subprocess.Popen([CHECKIN, "up", "--practice-port", str(free_port()), *options], env=environ, stdout=out,
                              stderr=out, start_new_session=True)  # fmt: skip
    try:
        while "Ctrl-C" not in said.read_text():
            assert up.poll() is None, said.read_text()
            assert time.monotonic() - began < TABLE_SECONDS, said.read_text()
            time.sleep(0.02)
        yield up.pid, time.monotonic() - began
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(40)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
