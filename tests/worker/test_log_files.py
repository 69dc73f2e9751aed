"""Logs are gone after fourteen days, also those of a line that never stops."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from checkin.core.log_files import KEPT, LogFiles, delete_old
from checkin.core.processes import Processes

pytestmark = pytest.mark.processes

NOW = datetime(2026, 3, 2, 17, tzinfo=UTC)


def written(file: Path, at: datetime) -> Path:
    file.write_text("a line\n")
    os.utime(file, (at.timestamp(), at.timestamp()))
    return file


def test_each_day_has_a_file_of_its_own(tmp_path: Path) -> None:
    log = written(tmp_path / "web.log", NOW)
    files = LogFiles(tmp_path, NOW.date())
    files.look(NOW + timedelta(hours=6))
    assert log.read_text() == "a line\n"
    files.look(NOW + timedelta(hours=8))
    assert (log.read_text(), (tmp_path / "web.log.2026-03-02").read_text()) == ("", "a line\n")
    assert not (tmp_path / "web.log.2026-03-03").exists()


def test_no_line_is_older_than_two_weeks(tmp_path: Path) -> None:
    old = written(tmp_path / "web.log.2026-02-15", NOW - KEPT + timedelta(hours=23))
    last_run = written(tmp_path / "clock.log.1", NOW - KEPT)
    young = written(tmp_path / "web.log.2026-02-18", NOW - KEPT + timedelta(days=2))
    delete_old(tmp_path, NOW)
    assert (old.exists(), last_run.exists(), young.exists()) == (False, False, True)


def test_a_process_writes_on_at_the_beginning_of_the_new_day(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    program = "import sys; print('one', flush=True); sys.stdin.read(); "
    program += "import time, pathlib\nwhile not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.02)\nprint('two')"
    go = tmp_path / "go"
    process = processes.start("web", [sys.executable, "-c", program, str(go)], os.environ)
    ends = time.monotonic() + 10
    while process.log.read_text() != "one\n" and time.monotonic() < ends:
        time.sleep(0.02)
    LogFiles(tmp_path, NOW.date()).look(NOW + timedelta(days=1))
    go.touch()
    process.popen.wait(10)
    assert (process.log.read_text(), (tmp_path / "web.log.2026-03-02").read_text()) == ("two\n", "one\n")
    processes.stop()
