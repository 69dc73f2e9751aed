"""Answers: texts and calls of contacts whom the line knows, beside a floor, in rate and in processor time.

Known contacts have whole conversations and whole calls. wrk replays them (eight connections; on each the next request
leaves when the one before is answered), so that the generator takes next to nothing of the processor. The line and the
floor (tests.bench.floor) run at once, each as the Procfile starts it, on the same database, and take turns (A B, B A,
...): whatever else this machine does hits both alike. Processor time is that of the web server's processes.
Read the ratio: our rate as a share of the floor's, and the floor's processor time as a share of ours.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from checkin.contacts import service as contacts
from checkin.core.unit_of_work import UnitOfWork
from tests import make
from tests.bench import dispatch
from tests.bench.load import Signed
from tests.bench.rows import Row
from tests.bench.serving import SECRET, Served, database_of, environ_of, number_of, redis_in, served
from tests.bench.talks import Talkers, connected, post

TITLE = "Answers"
AIM = 0.7
SECONDS = 3
CONNECTIONS = 8
CONTACTS = 480
"""Each has one conversation in a round, so this is enough for 990 texts a second."""

CALLS = 3
"""Calls of each in a round: they are shorter."""

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HEADERS = (
    "POST {path} HTTP/1.1\r\nHost: line\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    "X-Twilio-Signature: {signature}\r\nContent-Length: {size}\r\n\r\n"
)


@dataclass(frozen=True)
class Spent:
    """What came of one turn. latency: p50 and p99 in milliseconds."""

    rate: float
    processor: float
    latency: tuple[float, float]
    failed: int


@dataclass
class Side:
    """The line, or the floor."""

    server: Served
    talkers: Talkers
    call: list[tuple[str, dict[str, str]]]
    spent: dict[str, list[Spent]] = field(default_factory=lambda: {"text": [], "call": []})

    def take_turn(self, what: str, folder: Path) -> None:
        """All texts, or all calls, that fit into the time."""
        for thread in range(CONNECTIONS):
            mine = range(thread, CONTACTS, CONNECTIONS)
            if what == "text":
                talks = [self.talkers.texts(who) for who in mine]
            else:
                talks = [self.talkers.call(who, self.call) for who in mine for _ in range(CALLS)]
            (folder / str(thread)).write_bytes(b"".join(map(_written, chain.from_iterable(talks))))
        before = self.server.spent()
        said = wrk(self.server.url, folder)
        processor = (self.server.spent() - before) / said["requests"]
        rate = said["requests"] / said["microseconds"] * 1e6
        self.spent[what].append(Spent(rate, processor, (said["p50"] / 1000, said["p99"] / 1000), said["failed"]))


def _written(request: Signed) -> bytes:
    """As replay.lua reads it: the size, and the request as it goes out."""
    size = len(request.body)
    raw = HEADERS.format(path=request.path, signature=request.signature, size=size).encode() + request.body
    return f"{len(raw)}\n".encode() + raw


def wrk(url: str, folder: Path) -> dict[str, int]:
    """Replay what stands in the folder. Raises SystemExit where there is no wrk."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("The bench sends its requests with wrk: apt-get install wrk (or brew install wrk)")
    script = Path(__file__).with_name("replay.lua")
    threads = ["-t", str(CONNECTIONS), "-c", str(CONNECTIONS), "-d", f"{SECONDS}s", "--timeout", "20s"]
    done = subprocess.run([program, *threads, "-s", script, url, "--", folder], capture_output=True, text=True)
    if done.returncode != 0 or not done.stderr.startswith("{"):
        raise SystemExit(f"wrk failed: {done.stderr or done.stdout}")
    said: dict[str, int] = json.loads(done.stderr)
    return said


def measure(rounds: int) -> Iterator[Row]:
    """Both kinds of webhooks on both databases."""
    for kind in ("postgresql", "sqlite"):
        with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as stack:
            Path(name).chmod(0o755)  # PostgreSQL has a user of its own
            yield from _on(kind, Path(name), stack, rounds)


def _on(kind: str, folder: Path, stack: ExitStack, rounds: int) -> Iterator[Row]:
    database, redis = database_of(kind, folder, stack), stack.enter_context(redis_in(folder))
    _prepared(folder, database, redis)
    environ = environ_of(folder, database, redis)
    engine = create_engine(database)
    stack.callback(engine.dispose)
    _make_floor(engine, environ)
    sides: dict[str, Side] = {}
    for name, module in (("line", "checkin.wsgi:app"), ("floor", "tests.bench.floor:app")):
        (logs := folder / name).mkdir()
        server = stack.enter_context(served(environ, logs, module=module))
        sides[name] = Side(server, Talkers(server.url), sides["line"].call if sides else [])
        if not sides["line"].call:
            sides["line"].call = _met(sides["line"], lambda: _rest(engine))
    (requests := folder / "requests").mkdir()
    for number in range(rounds + 1):  # the first one is not counted
        for what in ("text", "call"):
            for side in list(sides.values())[:: 1 if number % 2 else -1]:
                _rest(engine)
                side.take_turn(what, requests)
    for what in ("text", "call"):
        yield from _rows(kind, what, sides["line"].spent[what][1:], sides["floor"].spent[what][1:])


def _prepared(folder: Path, database: str, redis: str) -> None:
    """Tables, and contacts who wrote long ago: as many new ones at once would be answered in brief."""
    runtime = dispatch.surroundings(folder, database, redis, SECRET)

    def write(uow: UnitOfWork) -> None:
        for who in range(CONTACTS):
            contacts.new(uow, "default", make.number(number_of(who))).created_at = uow.now - timedelta(days=9)

    runtime.do(write)
    runtime.close()


def _met(line: Side, rest: Callable[[], None]) -> list[tuple[str, dict[str, str]]]:
    """Everybody has had a conversation, so that the line knows them; and what is said on a call with it."""
    connection = connected(line.server.url)
    for who in range(CONTACTS):
        for request in islice(line.talkers.texts(who), 3):
            post(connection, request)
    rest()
    line.talkers.rehearsed(connection, 0)
    had = line.talkers.rehearsed(connection, 0)
    connection.close()
    return had


def _make_floor(engine: Engine, environ: dict[str, str]) -> None:
    os.environ.update({name: environ[name] for name in ("DATABASE_URL", "PUBLIC_URL", "TWILIO_AUTH_TOKEN")})
    from tests.bench import floor

    floor.engine.dispose()
    floor.metadata.create_all(engine)
    with engine.begin() as connection:
        rows = [{"id": f"{who:032x}", "number": number_of(who), "turn": 0} for who in range(CONTACTS)]
        connection.execute(floor.people.insert(), rows)


def _rest(engine: Engine) -> None:
    """Time has passed: nobody is slowed down."""
    with engine.begin() as connection:
        rested = "replies = 0, replies_today = 0, same_texts = 0, heard_at = :ago, created_at = :ago"
        connection.execute(text(f"UPDATE contacts SET {rested}"), {"ago": LONG_AGO})


def _rows(kind: str, what: str, ours: list[Spent], floor: list[Spent]) -> Iterator[Row]:
    failed = [
        f"{name}: {many} requests failed"
        for name, side in (("line", ours), ("floor", floor))
        if (many := sum(spent.failed for spent in side))
    ]
    rates = [mine.rate / bare.rate for mine, bare in zip(ours, floor, strict=True)]
    times = [bare.processor / mine.processor for mine, bare in zip(ours, floor, strict=True)]
    for unit, ratios, of in (
        ("a second", rates, lambda spent: spent.rate),
        ("processor ms", times, lambda spent: spent.processor),
    ):
        mine, bare = (statistics.median(map(of, side)) for side in (ours, floor))
        yield Row(
            f"{what}, {kind}, {unit}",
            f"{mine:.0f}" if mine > 20 else f"{mine:.2f}",
            f"{bare:.0f}" if bare > 20 else f"{bare:.2f}",
            f"{statistics.median(ratios):.2f}",
            f"{min(ratios):.2f} to {max(ratios):.2f}",
            f"{AIM}",
            failed,
        )
    for place, name in enumerate(("p50", "p99")):
        mine, bare = (statistics.median(spent.latency[place] for spent in side) for side in (ours, floor))
        yield Row(f"{what}, {kind}, {name} ms", f"{mine:.1f}", f"{bare:.1f}")
