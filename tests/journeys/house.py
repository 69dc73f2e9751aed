"""The whole line as its users run it: `checkin up`, with every process and the practice network, on free ports."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, TypeVar

import psutil
from sqlalchemy import func, select

from checkin import assembly
from checkin.cases.models import Case
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.practice_settings import fill_in
from checkin.core.rules.phone import parse
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp
from checkin.volunteers import service as volunteers
from checkin.volunteers import shift_feeds
from tests.phones import Network, Phone

ROOT = Path(__file__).parents[2]
Answer = TypeVar("Answer")
START_WITHIN = 60.0


@dataclass
class House:
    """One running line. `state` is its folder; `network` its practice network."""

    process: subprocess.Popen[str]
    state: Path
    environ: dict[str, str]
    network: Network
    said: Path

    @classmethod
    def start(cls, state: Path, database_url: str | None, pace: float = 20) -> Self:
        """Start it, and wait until it says that it runs."""
        port, practice_port = _free_port(), _free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "CHECKIN"))}
        environ = kept | {"PORT": str(port), "CHECKIN_STATE": str(state), "COLUMNS": "160"}
        if database_url is not None:
            environ["DATABASE_URL"] = database_url
        said = state / "said.txt"
        state.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "checkin", "up", "--practice-port", str(practice_port), "--pace", str(pace)]
        with said.open("w") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=out, stderr=out, text=True)
        house = cls(process, state, environ, Network(f"http://localhost:{practice_port}"), said)
        try:
            house._until_it_runs()
        except BaseException:
            house.stop()  # it has not begun for whoever asked, and nobody else would end it
            raise
        return house

    def _until_it_runs(self) -> None:
        ends = time.monotonic() + START_WITHIN
        while "Ctrl-C" not in self.said.read_text():
            assert self.process.poll() is None, f"the line ended:\n{self.said.read_text()}"
            assert time.monotonic() < ends, f"the line did not start:\n{self.said.read_text()}"
            time.sleep(0.1)

    def command(self, *arguments: str) -> str:
        """Run one of the organizer's commands beside the running line; what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "checkin", *arguments],
            cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"checkin {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}"
        return done.stdout

    def look(self, reading: Callable[[UnitOfWork], Answer]) -> Answer:
        """What the running line's own database says."""
        runtime = assembly.build(Settings.from_env(fill_in(dict(self.environ))))
        try:
            return runtime.look(reading)
        finally:
            runtime.close()

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        """What somebody does at the console meanwhile."""
        runtime = assembly.build(Settings.from_env(fill_in(dict(self.environ))))
        try:
            return runtime.do(use_case)
        finally:
            runtime.close()

    def reasons(self) -> list[str]:
        """Why each case was opened."""
        return self.look(lambda uow: list(uow.session.scalars(select(Case.reason))))

    def calendar_of(self, name: str) -> str:
        """The address of this volunteer's own calendar, as their page has it."""
        token = self.look(lambda uow: shift_feeds.token(uow, volunteers.find(uow, "default", name)))
        return f"http://localhost:{self.environ['PORT']}/shifts/{token}.ics"

    def processes(self, saying: str) -> list[psutil.Process]:
        """The line's processes whose command line has these words."""
        found = []
        for child in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.Error):  # one that has just ended
                found += [child] if saying in " ".join(child.cmdline()) else []
        return found

    def logs(self) -> str:
        """Everything that the processes wrote."""
        return "\n".join(file.read_text(errors="replace") for file in sorted((self.state / "log").glob("*.log")))

    def ready(self) -> dict[str, Any]:
        """How the line says that it is."""
        with urllib.request.urlopen(f"http://localhost:{self.environ['PORT']}/readyz", timeout=10) as answer:
            return dict(json.load(answer))

    def until_well(self, within: float = 40.0) -> None:
        """Wait until the line says that nothing is wrong."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            with suppress(urllib.error.HTTPError):
                if self.ready()["status"] == "ok":
                    return
            time.sleep(0.2)
        raise AssertionError(f"the line is not well:\n{self.logs()[-3000:]}")

    def wait_for_the_promise_to(self, phone: Phone) -> None:
        """Move the practice clock on to when this phone's next follow-up is due, whoever is written to before it."""
        number = str(self.network.get(f"/phones/{phone.id}")["number"])

        def seconds(uow: UnitOfWork) -> float:
            whose = contacts.key_of(uow, "default", parse(number))
            due = select(func.min(FollowUp.due_at)).join(Contact, Contact.id == FollowUp.contact_id)
            at = uow.session.scalars(due.where(Contact.number_key == whose, FollowUp.state == "planned")).one()
            assert at is not None, "nothing is promised to this phone"
            return (at - uow.now).total_seconds()

        self.network.forward(seconds=self.look(seconds) + 2)

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
