"""A whole line in processes of its own, each of which can be stopped, killed and started again by itself.

The practice network runs in this process and stays up, as Twilio does; so do Redis and the database, until a test
takes them away.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from checkin.assembly import build
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.parent import end_with
from checkin.core.rules.failpoints import Point
from checkin.core.settings import Settings
from checkin.practice import server
from checkin.practice.exchange import PracticeSettings as NetworkSettings
from checkin.runtime import Runtime
from tests import cast, make
from tests.phones import Network

ROOT = Path(__file__).parents[2]
WORKER = "checkin.web.gunicorn_worker.WebWorker"
TOKEN = "t" * 32
PACE = 20.0
STARTS_WITHIN = 60.0
ALL = ("web", "worker", "clock")


@dataclass
class Lab:
    """One line. `network` is how its people are driven; `carrier` the network's inside; `runtime` its database."""

    folder: Path
    environ: dict[str, str]
    carrier: server.Running
    network: Network
    redis: EmbeddedRedis
    runtime: Runtime
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    deaths: int = 0
    restart_database: Callable[[], None] = lambda: None

    def start(self, *names: str, crash_at: Point | None = None) -> None:
        """Start these processes (all), and wait until the web answers."""
        for name in names or ALL:
            self._start(name, crash_at)
        if "web" in (names or ALL):
            self._until_web_answers()

    def stop(self, *names: str, sign: signal.Signals = signal.SIGTERM) -> None:
        """Stop these processes (all) with everything they forked."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name, None)
            if process is None:
                continue
            with suppress(ProcessLookupError):
                os.killpg(process.pid, sign) if sign == signal.SIGKILL else process.send_signal(sign)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def kill(self, *names: str) -> None:
        """SIGKILL, as when the power goes."""
        self.stop(*names, sign=signal.SIGKILL)

    def has_died(self, name: str) -> bool:
        """Whether this process ended by itself."""
        process = self.processes.get(name)
        return process is not None and process.poll() is not None

    def bury(self, name: str, within: float = 40.0) -> None:
        """Wait until this process has died at its point, with everything it forked."""
        until(lambda: self.has_died(name), within, f"the {name} to die")
        self.stop(name)

    @property
    def sent(self) -> int:
        """How many texts have left by REST since it was made."""
        with self.carrier.exchange.lock:
            return sum(text.direction == "outbound-api" for text in self.carrier.exchange.texts.values())

    @property
    def flag(self) -> Path:
        """The file that is there once a doomed process has died."""
        return self.folder / f"died-{self.deaths}"

    def logs(self) -> str:
        """What the processes wrote."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    def _start(self, name: str, crash_at: Point | None) -> None:
        environ = dict(self.environ)
        if crash_at is not None:
            self.deaths += 1
            environ |= {"CRASH_AT": crash_at, "CRASH_FLAG": str(self.flag)}
        command = [sys.executable, "-m", "tests.faults.doomed", name]
        if name == "web":
            workers = "1" if self.environ["DATABASE_URL"].startswith("sqlite") else "2"
            command = [sys.executable, "-m", "gunicorn", "-k", WORKER]
            command += ["-w", workers, "--threads", "8", "--bind"]
            command += [f"127.0.0.1:{self.environ['PORT']}", "tests.faults.doomed_web:app"]
        parent = os.getpid()
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: end_with(parent),
            )  # fmt: skip

    def _until_web_answers(self) -> None:
        def answers() -> bool:
            with suppress(OSError):
                urllib.request.urlopen(f"http://localhost:{self.environ['PORT']}/healthz", timeout=2).close()
                return True
            return False

        until(answers, STARTS_WITHIN, "the web process to answer")


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until it is so. Raises TimeoutError."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


@contextmanager
def lab(folder: Path, database_url: str, redis: EmbeddedRedis) -> Iterator[Lab]:
    """A line on this database, with nothing started but its network. `redis` is running."""
    port, clock_file = _free_port(), folder / "practice-clock"
    public = f"http://localhost:{port}"
    carrier = server.start(
        NetworkSettings(
            account=make.SID, token=TOKEN, numbers=(cast.LINE,), sms_url=f"{public}/webhooks/sms",
            voice_url=f"{public}/webhooks/voice", status_url=f"{public}/webhooks/voice/status",
            clock_file=clock_file, pace=PACE, port=0,
        )
    )  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "CHECKIN"))}
    environ = kept | {
        "PORT": str(port), "PUBLIC_URL": public, "TWILIO_ACCOUNT_SID": make.SID, "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": carrier.url, "CHECKIN_LINE_NUMBER": cast.LINE, "CHECKIN_SECRET": make.SECRET,
        "CHECKIN_STATE": str(folder), "CHECKIN_PRACTICE_CLOCK": str(clock_file), "DATABASE_URL": database_url,
        "REDIS_URL": redis.url, "CHECKIN_PRACTICE": "yes",
    }  # fmt: skip
    engine = make_engine(database_url)
    schema.upgrade(engine)
    engine.dispose()
    runtime = build(Settings.from_env(environ))
    runtime.start()
    made = Lab(folder, environ, carrier, Network(carrier.url), redis, runtime)
    try:
        yield made
    finally:
        made.stop()
        runtime.close()
        made.network.close()
        carrier.stop()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
