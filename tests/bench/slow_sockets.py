"""How soon texts, calls and /healthz are answered while others hold slow connections, as the Procfile starts the web.

    .venv/bin/python -m tests.bench.slow_sockets [--many 40 --many 400] [--seconds 20] [--processes 2]

Times are in milliseconds; "never" is 20 seconds without an answer. Each kind comes back when it is closed.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from tests import slow
from tests.real_line import real_line


def main(many: list[int] = [40, 400], seconds: float = 20, processes: int = 2) -> None:  # noqa: B006 - typer's way
    """Measure every kind of slow connection."""
    table = Table(
        "connections", *(f"{what}, {how}" for what in ("text", "call", "healthz") for how in ("median", "most"))
    )
    with tempfile.TemporaryDirectory(prefix="slow-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/line.db"
        engine = make_engine(url)
        schema.upgrade(engine)
        engine.dispose()
        with (
            EmbeddedRedis(f"unix://{folder}/redis.sock", folder / "redis") as redis,
            real_line(folder, url, redis.url, names=()) as line,
        ):
            line.environ["WEB_CONCURRENCY"] = str(processes)
            line.start("web")
            line.await_web()
            table.add_row("none", *_row(slow.probe(line, seconds / 2)))
            for number in many:
                for kind in slow.KINDS:
                    with slow.held(line.port, kind, number):
                        table.add_row(f"{number} {kind}", *_row(slow.probe(line, seconds)))
    Console(width=120).print(table)


def _row(took: dict[str, list[float]]) -> list[str]:
    return [_ms(figure) for times in took.values() for figure in (statistics.median(times), max(times))]


def _ms(seconds: float) -> str:
    return "never" if seconds >= 20 else f"{seconds * 1000:.0f}"


if __name__ == "__main__":
    typer.run(main)
