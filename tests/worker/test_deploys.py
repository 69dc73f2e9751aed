"""Calls and texts keep coming while the web is reloaded, loses a process, or gives way to a new version."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import Engine

from tests.make import FLOWS as DEFINITIONS
from tests.real_line import RealLine, real_line, until
from tests.traffic import Traffic

pytestmark = [pytest.mark.processes, pytest.mark.long]


@pytest.fixture
def line(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[RealLine]:
    """A line with flows of its own, in the folder `flows`."""
    url = engine.url.render_as_string(hide_password=False)
    shutil.copytree(DEFINITIONS, tmp_path / "flows")
    with real_line(tmp_path, url, redis_url, names=()) as line:
        line.environ["CHECKIN_FLOWS"] = str(tmp_path / "flows")
        line.start("web")
        line.await_web()
        until(lambda: len(serving(line)) == int(line.environ["WEB_CONCURRENCY"]))
        yield line


def master(line: RealLine) -> psutil.Process:
    """The oldest gunicorn of this line."""
    return psutil.Process(line.processes.running[0].popen.pid)


def serving(line: RealLine) -> set[int]:
    """The processes that answer."""
    return {child.pid for child in master(line).children()}


def test_a_reload_loses_none(line: RealLine) -> None:
    traffic, before = Traffic(line), serving(line)
    with traffic.coming():
        time.sleep(1)
        master(line).send_signal(signal.SIGHUP)
        until(lambda: serving(line) and not serving(line) & before, 60)
        time.sleep(1)
    traffic.all_was_well()


def test_a_process_that_dies_is_replaced_before_anyone_waits_too_long(line: RealLine) -> None:
    before = serving(line)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    until(lambda: serving(line) - before, 60)
    traffic = Traffic(line)
    with traffic.coming():
        time.sleep(1)
    traffic.all_was_well()


def test_a_new_version_takes_over_once_it_can_answer(line: RealLine) -> None:
    traffic, old = Traffic(line), master(line)
    with traffic.coming():
        time.sleep(1)
        old.send_signal(signal.SIGUSR2)
        assert old.wait(90) == 0
        time.sleep(2)
    traffic.all_was_well()
    assert [pid for pid in psutil.pids() if pid != old.pid and os.getpgid(pid) == old.pid], "it serves"


def test_a_new_version_that_does_not_start_changes_nothing(line: RealLine, tmp_path: Path) -> None:
    traffic, old, before = Traffic(line), master(line), serving(line)
    (tmp_path / "flows" / "lines.yaml").write_text("lines: nonsense")
    with traffic.coming():
        old.send_signal(signal.SIGUSR2)
        until(lambda: len(serving(line)) > len(before), 20)
        until(lambda: serving(line) == before, 60)
        time.sleep(1)
    traffic.all_was_well()
    assert "lines.yaml" in line.logs()


def test_no_connection_to_the_database_is_open_when_processes_are_forked(line: RealLine) -> None:
    """What was opened before belongs to the first process alone: the others have none of it."""
    assert [file.path for file in master(line).open_files() if "line.db" in file.path] == []
    assert [
        connection for connection in master(line).net_connections("tcp") if connection.status == "ESTABLISHED"
    ] == []
    assert master(line).net_connections("unix") == []
