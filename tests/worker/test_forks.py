"""A fork of ours shares what is loaded, and nothing else."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from socket import socket, socketpair

import pytest

from checkin.core.database import make_engine
from checkin.core.forks import ThreadsRun
from checkin.core.processes import ProcessEnded, Processes


@pytest.fixture
def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    monkeypatch.setattr(threading, "active_count", lambda: 1)  # those of the test runner hold nothing that is used here
    running = Processes(tmp_path / "log")
    yield running
    running.stop()


def fork(processes: Processes, run: Callable[[], object], *leaves: socket, **environ: str) -> str:
    """Run it in a fork until that has ended; answers what it said."""
    process = processes.fork("it", run, ["checkin it", "--well"], {"PATH": os.defpath, **environ}, leaves)
    process.popen.wait(20)
    return process.log.read_text()


def test_its_environment_arguments_and_log_are_its_own(processes: Processes) -> None:
    def run() -> None:
        print(os.environ.get("WHO"), "HOME" in os.environ, sys.argv[1:], os.getsid(0) == os.getpid(), flush=True)
        subprocess.run(["/bin/echo", "from below"])

    assert fork(processes, run, WHO="Ana") == "Ana False ['--well'] True\nfrom below\n"
    assert "WHO" not in os.environ


def test_a_socket_that_it_leaves_is_closed_when_ours_is(processes: Processes) -> None:
    ours, theirs = socketpair()
    process = processes.fork("it", lambda: time.sleep(20), ["checkin it"], {}, [ours])
    ours.close()
    theirs.settimeout(10)
    assert theirs.recv(1) == b"", "the fork holds it open"
    assert process.popen.poll() is None
    theirs.close()


def test_no_connection_and_no_chance_comes_with_it(processes: Processes, tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/line.db")
    with engine.connect() as ours:
        ours.exec_driver_sql("SELECT 1")
    random.seed(1)
    expected = random.random()
    random.seed(1)
    said = fork(processes, lambda: print(engine.pool.checkedin(), random.random() == expected))  # type: ignore[attr-defined]
    assert said == "0 False\n"
    assert engine.pool.checkedin() == 1, "ours is still here"  # type: ignore[attr-defined]
    engine.dispose()


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (lambda: None, 0),
        (lambda: sys.exit(3), 3),
        (lambda: 1 / 0, 1),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -9),
    ],
)
def test_how_it_ended_is_told(processes: Processes, run: Callable[[], object], code: int) -> None:
    process = processes.fork("it", run, ["checkin it"], {})
    assert process.popen.wait(20) == code
    with pytest.raises(ProcessEnded, match="it ended"):
        processes.check()


def test_what_its_threads_have_in_hand_is_finished(processes: Processes) -> None:
    def run() -> None:
        threading.Thread(target=lambda: (time.sleep(0.3), print("done"))).start()
        sys.exit(0)

    assert fork(processes, run) == "done\n"


def test_it_is_asked_to_end_by_the_default_whatever_we_do_with_signals(processes: Processes) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        process = processes.fork("it", lambda: time.sleep(30), ["checkin it"], {})
        process.popen.terminate()
        assert process.popen.wait(20) == -signal.SIGTERM
    finally:
        signal.signal(signal.SIGTERM, before)


def test_it_does_not_wait_for_ever(processes: Processes) -> None:
    process = processes.fork("it", lambda: time.sleep(30), ["checkin it"], {})
    with pytest.raises(subprocess.TimeoutExpired):
        process.popen.wait(0.1)


def test_nothing_is_forked_beside_threads(processes: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    with pytest.raises(ThreadsRun):
        processes.fork("it", lambda: None, ["checkin it"], {})
