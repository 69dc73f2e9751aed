"""What each entry costs to start: processor time of a fresh process, beside what its libraries cost by themselves.

    .venv/bin/python -m tests.bench.start [--rounds 9]

The base imports Flask, SQLAlchemy with its ORM, and Twilio's signature check. Each round starts every one once, the
base among them, so that whatever else this machine does hits all alike; bytecode and compiled flows are there by then.
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

import typer

from tests.settings.test_settings import GOOD

ROOT = Path(__file__).parents[2]
CHECKIN = Path(sys.executable).with_name("checkin")
BASE = "base: Flask, SQLAlchemy, the signature check"
TABLE_SECONDS = 60.0

_NOT_BEGUN = "type('Not', (), {'__init__': lambda *_: None, 'run': lambda *_: 0})"
"""Stands where a process would begin to wait for work."""

ENTRIES: Mapping[str, tuple[str, float]] = {
    "web": ("import checkin.wsgi", 1.6),
    "worker": (f"from worker import __main__ as it; it.Supervisor = {_NOT_BEGUN}; it.main()", 1.3),
    "clock": (f"from worker import clock as it; it.Clock = {_NOT_BEGUN}; it.main()", 1.3),
    "volunteers list": ("checkin volunteers list", 1.3),
    "stories list": ("checkin stories list", 1.3),
    "flows check": ("checkin flows check", 1.3),
}
"""What it runs, and how many times the base it may cost."""

FLOOR = "from flask import Flask; import sqlalchemy.orm; from twilio.request_validator import RequestValidator"
HELP, HELP_SECONDS = "checkin --help", 0.3
WRONG, WRONG_SECONDS = "a wrong setting of a worker", 0.5
UP_SECONDS = 5.0

Row = tuple[str, str, str]


def rows(rounds: int = 9) -> list[Row]:
    """Name, value, aim."""
    with tempfile.TemporaryDirectory(prefix="bench-start-") as folder:
        environ = {**GOOD, "PATH": os.environ["PATH"], "CHECKIN_STATE": folder}
        subprocess.run([CHECKIN, "db", "upgrade"], env=environ, check=True, capture_output=True)
        codes = {
            BASE: FLOOR,
            **{name: code for name, (code, _) in ENTRIES.items()},
            HELP: HELP,
            WRONG: "checkin worker",
        }
        spent: dict[str, list[float]] = {name: [] for name in codes}
        for _ in range(rounds + 1):
            for name, code in codes.items():
                without = {"PUBLIC_URL"} if name == WRONG else set()
                spent[name].append(
                    seconds(code, {key: set_to for key, set_to in environ.items() if key not in without})
                )
    middle = {name: statistics.median(times[1:]) for name, times in spent.items()}
    told = [(BASE, f"{middle[BASE]:.3f} s", "")]
    told += [
        (name, f"{middle[name]:.3f} s, {middle[name] / middle[BASE]:.2f} of it", f"{aim} of it")
        for name, (_, aim) in ENTRIES.items()
    ]
    told += [
        (name, f"{middle[name]:.3f} s", f"{aim} s") for name, aim in ((HELP, HELP_SECONDS), (WRONG, WRONG_SECONDS))
    ]
    with tempfile.TemporaryDirectory(prefix="bench-up-") as folder:
        waited = []
        for _ in range(3):
            with running(Path(folder)) as (_pid, took):
                waited.append(took)
    return [*told, ("checkin up, first table", f"{waited[0]:.1f} s", ""),
            ("checkin up, table", f"{min(waited[1:]):.1f} s", f"{UP_SECONDS:.0f} s")]  # fmt: skip


def seconds(code: str, environ: Mapping[str, str]) -> float:
    """Processor time of one fresh process. code: Python, or a command of ours."""
    if code.startswith("checkin "):
        code = f"sys.argv[:] = {code.split()!r}; from checkin.cli.main import main; main()"
    told = "import atexit, sys, time; atexit.register(lambda: print('took', time.process_time(), file=sys.stderr)); "
    ran = subprocess.run([sys.executable, "-c", told + code], env=environ, cwd=ROOT, capture_output=True, text=True)
    lines = [line for line in ran.stderr.splitlines() if line.startswith("took ")]
    assert lines, ran.stderr
    return float(lines[-1].split()[1])


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


def main(rounds: int = 9) -> None:
    """Print what each entry costs."""
    for name, value, aim in rows(rounds):
        print(f"{name:46} {value:24} {aim and f'aim {aim}'}")


if __name__ == "__main__":
    typer.run(main)
