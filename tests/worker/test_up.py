"""`checkin up`, as a stranger runs it: one table, processes that answer, an orderly end, and a crash that is heard."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from checkin.core.processes import Processes
from tests.make import FLOWS
from tests.real_line import Carrier, RealLine
from tests.traffic import Traffic

pytestmark = pytest.mark.processes

CHECKIN = Path(sys.executable).with_name("checkin")
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    below = [int(child) for child in children.read_text().split()] if children.exists() else []
    return [pid, *(item for child in below for item in family(child))]


def own(pid: int) -> list[int]:
    """Those that it has started itself."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


@dataclass
class Up:
    """A line that `checkin up` runs."""

    process: subprocess.Popen[bytes]
    state: Path
    port: int

    def said(self) -> str:
        return (self.state / "up.txt").read_text()

    def await_table(self) -> str:
        end = time.monotonic() + START_SECONDS
        while "Ctrl-C" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)
        return self.said()

    def ready(self) -> dict[str, object]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
            return dict(json.load(answer))


def start(state: Path, port: int, carrier: int, **more: str) -> Up:
    state.mkdir(exist_ok=True)
    environ = {"CHECKIN_STATE": str(state), "PORT": str(port), "PATH": os.environ["PATH"], "COLUMNS": "120", **more}
    with (state / "up.txt").open("wb") as out:
        process = subprocess.Popen(
            [CHECKIN, "up", "--practice-port", str(carrier)],
            env=environ,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    return Up(process, state, port)


@pytest.fixture
def line(own_folder: Path) -> Iterator[Up]:
    """A line on the practice network, with nothing set but its ports and its folder."""
    up = start(own_folder / f"up-{time.monotonic_ns()}", free_port(), free_port())
    yield up
    if up.process.poll() is None:
        up.process.terminate()
        up.process.wait(30)


def test_a_line_runs_is_well_and_ends_in_order_with_ctrl_c(line: Up) -> None:
    said = line.await_table()
    assert "+15555550100" in said
    assert "/practice   (phones in your browser" in said
    assert f"http://localhost:{line.port}/webhooks/sms" in said
    assert "Not ready" not in said
    assert line.ready()["status"] == "ok"
    assert [path for path in line.state.rglob("*") if path.name != "up.txt" and path.lstat().st_mode & 0o077] == []
    assert line.state.stat().st_mode & 0o077 == 0
    everybody = family(line.process.pid)
    assert (
        len(everybody) >= 9
    )  # up, Redis, the carrier, gunicorn and its worker, the workers' parent and three, the clock
    os.kill(line.process.pid, signal.SIGINT)
    assert line.process.wait(30) == 0
    assert line.said().rstrip().endswith("Stopped.")
    assert [pid for pid in everybody if alive(pid)] == []


@pytest.mark.parametrize("name", ["clock"])
def test_a_crash_of_one_is_said_and_ends_the_rest(line: Up, name: str) -> None:
    line.await_table()
    everybody = family(line.process.pid)
    victim = next(pid for pid in everybody[1:] if name in Path(f"/proc/{pid}/cmdline").read_text())
    os.kill(victim, signal.SIGKILL)
    assert line.process.wait(30) == 1
    assert "ended (killed by SIGKILL). Its last words" in line.said()
    assert [pid for pid in everybody if alive(pid)] == []


def test_a_line_that_is_killed_itself_leaves_nobody_behind(line: Up) -> None:
    line.await_table()
    everybody = family(line.process.pid)
    line.process.kill()
    line.process.wait()
    end = time.monotonic() + 20
    while left := [pid for pid in everybody if alive(pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


def test_a_port_that_is_taken_is_said_before_anything_starts(own_folder: Path) -> None:
    with socket.socket() as server:
        server.bind(("0.0.0.0", 0))
        server.listen()
        up = start(own_folder / "taken", server.getsockname()[1], free_port())
        assert up.process.wait(30) == 2
    assert up.said().startswith(f"checkin: port {up.port} is used by another program:")
    assert up.said().count("\n") == 1
    assert not (up.state / "log").exists()


def test_begun_anew_it_loses_nobody_who_texts_or_calls(line: Up) -> None:
    line.await_table()
    kept = dict(item.split("=", 1) for item in (line.state / "practice.env").read_text().splitlines() if "=" in item)
    real = RealLine(
        {}, Carrier(""), Processes(line.state / "none"), line.port,
        kept["TWILIO_ACCOUNT_SID"], kept["TWILIO_AUTH_TOKEN"], kept["PUBLIC_URL"], kept["CHECKIN_LINE_NUMBER"],
    )  # fmt: skip
    traffic, before, everybody = Traffic(real), own(line.process.pid), family(line.process.pid)
    with traffic.coming():
        time.sleep(1)
        os.kill(line.process.pid, signal.SIGHUP)
        end = time.monotonic() + 150
        while "Restarted." not in line.said():
            assert time.monotonic() < end, line.said()
            time.sleep(0.2)
        time.sleep(1)
    traffic.all_was_well()
    after = own(line.process.pid)
    assert len(after) == len(before)
    assert len(set(before) & set(after)) == 2, "Redis and the carrier"
    assert [pid for pid in everybody if alive(pid) and pid not in family(line.process.pid)] == []
    assert line.ready()["status"] == "ok"


def test_what_does_not_start_leaves_the_line_as_it_was(own_folder: Path) -> None:
    flows = own_folder / f"flows-{time.monotonic_ns()}"
    shutil.copytree(FLOWS, flows)
    up = start(own_folder / f"up-{time.monotonic_ns()}", free_port(), free_port(), CHECKIN_FLOWS=str(flows))
    try:
        up.await_table()
        before = own(up.process.pid)
        (flows / "lines.yaml").write_text("lines: nonsense")
        os.kill(up.process.pid, signal.SIGHUP)
        end = time.monotonic() + 60
        while "goes on as it was" not in up.said():
            assert time.monotonic() < end, up.said()
            time.sleep(0.2)
        assert own(up.process.pid) == before
        assert up.ready()["status"] == "ok"
    finally:
        up.process.terminate()
        up.process.wait(40)


def test_a_terminal_that_is_closed_ends_the_line(own_folder: Path) -> None:
    state = own_folder / f"up-{time.monotonic_ns()}"
    state.mkdir()
    environ = {"CHECKIN_STATE": str(state), "PORT": str(free_port()), "PATH": os.environ["PATH"], "TERM": "dumb"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(CHECKIN, ["checkin", "up", "--practice-port", str(free_port())], environ)
    said, end = b"", time.monotonic() + START_SECONDS
    while b"Ctrl-C" not in said:
        assert time.monotonic() < end, said.decode(errors="replace")
        said += os.read(terminal, 4096)
    everybody = family(pid)
    os.close(terminal)
    end = time.monotonic() + 40
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        assert time.monotonic() < end, "it goes on without a terminal"
        time.sleep(0.1)
    assert [item for item in everybody if alive(item)] == []
