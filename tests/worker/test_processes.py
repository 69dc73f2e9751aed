"""What `checkin up` starts stands and falls together, and whoever falls is heard."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.core.parent import say_ready
from checkin.core.processes import ProcessEnded, Processes, procfile, taken

pytestmark = pytest.mark.processes


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    running = Processes(tmp_path / "log")
    yield running
    running.stop()


def python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def until_ended(processes: Processes) -> str:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            processes.check()
        except ProcessEnded as ended:
            return str(ended)
        time.sleep(0.02)
    raise AssertionError("nothing ended")


def test_one_that_dies_is_named_with_its_last_words(processes: Processes) -> None:
    processes.start("clock", python("import time; time.sleep(60)"), os.environ)
    processes.start("web", python("print('first'); raise SystemExit('no flows: check_in.yaml:12')"), os.environ)
    said = until_ended(processes)
    assert said.startswith("web ended (exit code 1). Its last words, from ")
    assert said.endswith("log/web.log:\n    first\n    no flows: check_in.yaml:12")


def test_one_that_is_killed_says_by_what(processes: Processes) -> None:
    processes.start("worker", python("import os; os.kill(os.getpid(), 9)"), os.environ)
    assert until_ended(processes).startswith("worker ended (killed by SIGKILL).")


def test_last_words_in_json_are_read_out(processes: Processes) -> None:
    told = {"event": "no flows", "level": "error", "row": "1", "timestamp": "T", "exception": "a\nb\nc\nFlowError: x"}
    processes.start("web", python(f"print({json.dumps(told)!r})"), os.environ)
    assert until_ended(processes).endswith("    error: no flows row=1\n        b\n        c\n        FlowError: x")


def test_all_are_ended_and_finish_what_they_have_in_hand(processes: Processes, tmp_path: Path) -> None:
    program = (
        "import signal, sys, time, pathlib\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "signal.signal(signal.SIGTERM, lambda *_: ((folder / sys.argv[1]).touch(), sys.exit()))\n"
        "print('ready'); time.sleep(60)"
    )
    started = [processes.start(name, [*python(program), name], os.environ) for name in ("web", "worker", "clock")]
    while not all(process.log.read_text() for process in started):
        time.sleep(0.02)
    assert processes.stop() == []
    assert {file.name for file in tmp_path.iterdir()} == {"log", "web", "worker", "clock"}


def test_a_line_of_the_procfile_may_use_the_environment(processes: Processes) -> None:
    started = processes.start("web", "echo port ${PORT:-8000}", {**os.environ, "PORT": "9000"})
    until_ended(processes)
    assert started.log.read_text() == "port 9000\n"


def test_the_log_of_the_last_run_is_kept(processes: Processes) -> None:
    for words in ("yesterday", "today"):
        started = processes.start("web", python(f"print('{words}')"), os.environ)
        started.popen.wait(10)
    assert started.log.read_text() == "today\n"
    assert started.log.with_suffix(".log.1").read_text() == "yesterday\n"


def test_a_port_in_use_is_seen() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        assert taken(server.getsockname()[1], "127.0.0.1")
        port = server.getsockname()[1]
    assert not taken(port, "127.0.0.1")


def test_the_procfile_has_the_four_that_hosts_know() -> None:
    assert list(procfile()) == ["release", "web", "worker", "clock"]


READY = "from checkin.core.parent import say_ready; say_ready(); "


def test_one_that_is_replaced_ends_when_its_successor_says_that_it_works(processes: Processes) -> None:
    old = processes.start("web", python("import time; time.sleep(60)"), os.environ)
    assert processes.replace("web", python(READY + "import time; time.sleep(60)"), os.environ)
    assert old.popen.poll() is not None
    (new,) = processes.running
    assert new.popen.poll() is None


@pytest.mark.parametrize("program", ["raise SystemExit('no')", "import time; time.sleep(60)"])
def test_one_that_does_not_come_leaves_the_old_one_alone(
    processes: Processes, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr("checkin.core.processes.START_SECONDS", 2.0)
    old = processes.start("web", python("import time; time.sleep(60)"), os.environ)
    assert not processes.replace("web", python(program), os.environ)
    assert processes.running == [old]
    assert old.popen.poll() is None


def test_nobody_need_listen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    say_ready()
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    say_ready()
