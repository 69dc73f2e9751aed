"""One process for each queue: all stop when asked, one that dies comes back, and those that keep dying give up."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from worker import supervisor
from worker.supervisor import Supervisor

pytestmark = pytest.mark.processes


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until it is so; a test that would wait for ever fails instead."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


def supervised(job: Callable[[str], None], while_running: Callable[[], None]) -> int:
    """Run a supervisor of ring and text in a process of its own; answers its exit code, asked to stop at the end."""
    pid = os.fork()
    if pid == 0:
        os._exit(Supervisor(["ring", "text"], job).run())
    thread = threading.Thread(target=while_running)
    thread.start()
    thread.join()
    os.kill(pid, signal.SIGTERM)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that doesn't pause."""
    monkeypatch.setattr(supervisor, "PAUSE_SECONDS", 0.01)


def signed_in(folder: Path, name: str) -> int:
    return len(list(folder.glob(f"{name}-*")))


def test_each_queue_has_a_process_and_all_end_when_asked(tmp_path: Path) -> None:
    def uow(name: str) -> None:
        (tmp_path / f"{name}-{os.getpid()}").touch()
        signal.pause()

    assert supervised(uow, lambda: until(lambda: signed_in(tmp_path, "*") == 2)) == 0
    for file in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.name.split("-")[1]), 0)


@pytest.mark.usefixtures("quick")
def test_one_that_is_killed_comes_back_and_the_other_is_left_alone(tmp_path: Path) -> None:
    def uow(name: str) -> None:
        (tmp_path / f"{name}-{os.getpid()}").touch()
        signal.pause()

    def kill_ring() -> None:
        until(lambda: signed_in(tmp_path, "*") == 2)
        (ring,) = tmp_path.glob("ring-*")
        os.kill(int(ring.name.split("-")[1]), signal.SIGKILL)
        until(lambda: signed_in(tmp_path, "ring") == 2)

    assert supervised(uow, kill_ring) == 0
    assert signed_in(tmp_path, "text") == 1


@pytest.mark.usefixtures("quick")
def test_those_that_keep_dying_end_the_whole_so_that_the_host_hears_of_it(tmp_path: Path) -> None:
    def uow(name: str) -> None:
        (tmp_path / f"{name}-{os.getpid()}").touch()
        if name == "ring":
            raise RuntimeError("no ring today")
        signal.pause()

    pid = os.fork()
    if pid == 0:
        os._exit(Supervisor(["ring", "text"], uow).run())
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert signed_in(tmp_path, "ring") == supervisor.MOST_DEATHS
    assert signed_in(tmp_path, "text") == 1


def test_a_child_does_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    def uow(name: str) -> None:
        (tmp_path / f"{name}-{os.getpid()}").touch()
        signal.pause()

    pid = os.fork()
    if pid == 0:
        os._exit(Supervisor(["ring"], uow).run())
    until(lambda: signed_in(tmp_path, "ring") == 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    (child,) = (int(file.name.split("-")[1]) for file in tmp_path.iterdir())

    def gone() -> bool:
        stat = Path(f"/proc/{child}/stat")
        return not stat.exists() or stat.read_text().split()[2] == "Z"

    until(gone)


def test_one_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    monkeypatch.setattr(supervisor, "LAST_SECONDS", 0.2)

    def uow(name: str) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN if name == "ring" else signal.SIG_DFL)
        (tmp_path / f"{name}-{os.getpid()}").touch()
        while True:
            signal.pause()

    began = time.monotonic()
    assert supervised(uow, lambda: until(lambda: signed_in(tmp_path, "*") == 2)) == 0
    assert time.monotonic() - began < 5
    for file in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(file.name.split("-")[1]), 0)
