"""How far the tests are and which of them run, all the time: a bar on a terminal, else a line every few seconds.

At the first Ctrl-C it says what was left and ends everything that the run started.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from tests.runner.ending import end_all

BETWEEN_LINES = 10.0
SHOWN = 2
"""How many of those that run are named: as many as run at once on two cores."""


def pytest_configure(config: pytest.Config) -> None:
    """Watch the process that hears of every test; not where somebody wants to see what tests print, or to debug."""
    if hasattr(config, "workerinput"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process of the run hears Ctrl-C, and ends us
        return
    if config.option.collectonly or config.option.usepdb or config.option.capture == "no" or config.option.verbose > 0:
        return
    config.pluginmanager.register(Watching(Console(file=os.fdopen(os.dup(1), "w"))))


class Watching:
    """Counts, and says so."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.began = time.monotonic()
        self.total = 0
        self.done = 0
        self.failed: list[str] = []
        self.running: dict[str, float] = {}
        self.over = threading.Event()
        self.bar = Progress(
            TextColumn("{task.description}"), BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(),
            TextColumn("{task.fields[now]}", table_column=None), console=console, transient=True,
        )  # fmt: skip
        self.task = self.bar.add_task("collecting", total=None, now="")
        self.telling = threading.Thread(target=self._tell, daemon=True)

    def pytest_sessionstart(self) -> None:
        """Begin to tell, and take Ctrl-C: the first is heard, more of them change nothing."""
        signal.signal(signal.SIGINT, self._interrupt)
        if self.console.is_terminal:
            self.bar.start()
        self.telling.start()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """So many there are, where one process does it all."""
        self.total = self.total or len(session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """So many there are, where several share them."""
        self.total = len(ids)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """One begins."""
        self.running[nodeid] = time.monotonic()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """One is over."""
        self.running.pop(nodeid, None)
        self.done += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What fails is said at once; why, at the end."""
        if report.failed:
            self.failed.append(report.nodeid)
            self.console.print(Text(f"FAILED {report.nodeid}", style="bold red"), soft_wrap=True)

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, Any, Any]:
        """Counted as ever, but without a letter for each: pytest prints nothing before its summary."""
        category, _, _ = yield
        return category, "", ""

    def pytest_keyboard_interrupt(self) -> None:
        """Say what was left, and end all that would still run."""
        self._fall_silent()
        left = f"{self.total - self.done:,} of {self.total:,} tests were left" if self.total else "nothing had run yet"
        self.console.print(f"\nStopped after {self._elapsed()}: {left}, {self._failures()}.", highlight=False)
        end_all(Path(tempfile.gettempdir()), rounds=1)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """The rest is pytest's summary."""
        self._fall_silent()

    def line(self) -> str:
        """How far it is, in one line."""
        if not self.total:
            return f"collecting tests · {self._elapsed()}"
        share = 100 * self.done // self.total
        counted = f"{share:3} % · {self.done:,} of {self.total:,} · {self._failures()} · {self._elapsed()}"
        return f"{counted}{self._remaining()}{self._now()}"

    def _interrupt(self, _sign: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise KeyboardInterrupt

    def _fall_silent(self) -> None:
        self.over.set()
        self.bar.stop()

    def _tell(self) -> None:
        between = 0.25 if self.console.is_terminal else BETWEEN_LINES
        while not self.over.wait(between):
            if not self.console.is_terminal:
                self.console.print(self.line(), highlight=False, soft_wrap=True)
            elif self.total:
                what = f"{len(self.failed)} failed" if self.failed else "tests"
                self.bar.update(self.task, total=self.total, completed=self.done, description=what, now=self._now())

    def _now(self) -> str:
        longest = sorted(self.running.items(), key=lambda test: test[1])[:SHOWN]
        now = time.monotonic()
        names = (f"{_short(name)} {now - began:.0f} s" for name, began in longest)
        return " · now " + ", ".join(names) if longest else ""

    def _remaining(self) -> str:
        spent = time.monotonic() - self.began
        return f", about {_time(spent / self.done * (self.total - self.done))} to go" if self.done else ""

    def _failures(self) -> str:
        return f"{len(self.failed) or 'none'} failed"

    def _elapsed(self) -> str:
        return _time(time.monotonic() - self.began)


def _short(nodeid: str) -> str:
    return nodeid.removeprefix("tests/").partition("[")[0].partition("@")[0]


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds // 60:.0f} min {seconds % 60:02.0f} s"
