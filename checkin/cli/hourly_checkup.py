"""`checkin doctor` beside a line on Twilio that `checkin up` runs: soon after the start and every hour, in a process of
its own. What is red is said in the terminal, once; the console's Health shows all of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.text import Text

FIRST_AFTER, EVERY = 15.0, 3600.0
"""Seconds after the start, when the first people have been answered; and between two."""


class HourlyCheckup:
    """monotonic: seconds that pass. file: where one result is kept until it is read."""

    def __init__(
        self, console: Console, environ: Mapping[str, str], file: Path, monotonic: Callable[[], float]
    ) -> None:
        self._console, self._environ, self._file, self._monotonic = console, dict(environ), file, monotonic
        self._next = monotonic() + FIRST_AFTER
        self._running: subprocess.Popen[bytes] | None = None
        self._said: set[str] = set()

    def look(self) -> None:
        """Begin one when it is time, and tell of one that has ended."""
        if self._running is None and self._monotonic() >= self._next:
            self._next = self._monotonic() + EVERY
            with self._file.open("wb") as out:
                command = [sys.executable, "-m", "checkin", "doctor", "--json"]
                self._running = subprocess.Popen(command, env=self._environ, stdout=out, stderr=subprocess.DEVNULL)
        elif self._running is not None and self._running.poll() is not None:
            self._running = None
            self.tell(self._file.read_text(errors="replace"))

    def tell(self, result: str) -> None:
        """What is red and was not said before. What is no result any more (a process that was killed) says nothing."""
        try:
            red = {check["check"]: check for check in json.loads(result)["checks"] if check["color"] == "red"}
        except (ValueError, KeyError, TypeError):
            return
        for name in sorted(red.keys() - self._said):
            check = red[name]
            words = Text.assemble((f"{check['title']}: ", "bold red"), f"{check['said']} {check['todo']}")
            self._console.print(words, soft_wrap=True)
        self._said = set(red)

    def stop(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()
            self._running.wait(10)
