"""Statements and processor time of a text and of a request of a call, beside another checkout's, in one run.

    .venv/bin/python -m tests.bench.turns --against FOLDER [--rounds 16] [--database both]

Each version's web server runs as its Procfile starts it, on a database of its own. Contacts that it knows have whole
conversations and calls with it, one request at a time; the two take turns (A B, B A, ...), so that whatever else this
machine does hits both alike; their first turn is not counted. Processor time is that of the server's process, never the
clock's. Read the ratio.
"""

from __future__ import annotations

import mmap
import statistics
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine, text

from tests.bench.serving import ROOT, Served, database_of, environ_of, redis_in, served
from tests.bench.talks import Talkers, connected, post

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

    server: Served
    engine: Engine
    counted: mmap.mmap
    talkers: Talkers
    spent: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {"text": [], "call": []})

    def take_turn(self, what: str) -> None:
        """Every contact has one conversation, or one call. We know all of them since long: nobody is slowed down."""
        with self.engine.begin() as session:
            rested = "UPDATE contacts SET replies = 0, replies_today = 0, same_texts = 0, created_at = :ago"
            session.execute(text(rested), {"ago": LONG_AGO})
        connection = connected(self.server.url)
        before, requests = self._used(), 0
        for who in range(CONTACTS):
            if what == "text":
                requests += sum(bool(post(connection, request)) for request in self.talkers.texts(who))
            else:
                requests += len(self.talkers.rehearsed(connection, who))
        connection.close()
        after = self._used()
        self.spent[what].append(((after[0] - before[0]) / requests, (after[1] - before[1]) / requests))

    def _used(self) -> tuple[float, float]:
        """Milliseconds of the processor and statements until now."""
        return self.server.spent(), struct.unpack("q", self.counted[:])[0]


@contextmanager
def version(checkout: Path, folder: Path, database: str) -> Iterator[Version]:
    """This checkout's web with one process that answers, ready, and its statements counted."""
    counted, config = folder / "statements", folder / "gunicorn.conf.py"
    counted.write_bytes(bytes(8))
    config.write_text(STATEMENTS.format(config=str(checkout / "gunicorn.conf.py"), counted=str(counted)))
    with redis_in(folder) as redis:
        environ = environ_of(folder, database, redis, checkout) | {"WEB_CONCURRENCY": "1"}
        subprocess.run([sys.executable, "-m", "checkin", "db", "upgrade"], cwd=checkout, env=environ, check=True)
        with served(environ, folder, checkout=checkout, config=config) as server, counted.open("r+b") as file:
            yield Version(server, create_engine(database), mmap.mmap(file.fileno(), 8), Talkers(server.url))


def main(against: Annotated[Path, typer.Option()], rounds: int = 16, database: str = "both") -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        for kind in ("sqlite", "postgresql") if database == "both" else (database,):
            versions: list[Version] = []
            with ExitStack() as stack:
                for which, checkout in (("before", against.resolve()), ("now", ROOT)):
                    (place := folder / f"{kind}-{which}").mkdir()
                    url = database_of(kind, place, stack)
                    versions.append(stack.enter_context(version(checkout, place, url)))
                for number in range(rounds + 1):
                    for what in ("text", "call"):
                        for side in versions if number % 2 else versions[::-1]:
                            side.take_turn(what)
            Console().print(
                _table(f"{kind}: {against} (before) and {ROOT} (now), medians of {rounds} rounds", *versions)
            )


def _table(title: str, *versions: Version) -> Table:
    table = Table(title=title)
    for column in ("", "statements before", "now", "processor ms before", "now", "ratio", "of each round"):
        table.add_column(column, justify="right" if column else "left")
    for what in ("text", "call"):
        before, now = (list(zip(*side.spent[what][1:], strict=True)) for side in versions)
        ratios = [b / a for a, b in zip(before[0], now[0], strict=True)]
        medians = (f"{statistics.median(said):.2f}" for said in (before[1], now[1], before[0], now[0], ratios))
        table.add_row(what, *medians, f"{min(ratios):.2f} to {max(ratios):.2f}")
    return table


if __name__ == "__main__":
    typer.run(main)
