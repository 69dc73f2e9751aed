"""However much is promised or waits elsewhere, a look into the outbox reads a few rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, text

from checkin.outbox import dead_letters
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER
from checkin.outbox.registry import QUEUES
from checkin.web.reads.health import health
from tests.cast import ANA
from tests.the_line import TheLine
from worker.clock import BATCH
from worker.tasks import AT_ONCE

MANY = 3000
FEW = 20

Reads = list[tuple[int, str]]


@pytest.fixture
def reads(postgresql_engine: Engine) -> Iterator[Reads]:
    """How many rows of the outbox each statement read, as PostgreSQL counts them; each is tried out before it runs."""
    told: Reads = []

    def count(_connection: object, cursor: Any, statement: str, parameters: object, *_rest: object) -> None:
        if "outbox" in statement and statement.startswith(("SELECT", "UPDATE", "DELETE")):
            cursor.execute("SAVEPOINT a_try")
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            plan = cursor.fetchone()[0]
            cursor.execute("ROLLBACK TO SAVEPOINT a_try")
            told.append((_read(json.loads(plan) if isinstance(plan, str) else plan), statement))

    event.listen(postgresql_engine, "before_cursor_execute", count)
    yield told
    event.remove(postgresql_engine, "before_cursor_execute", count)


def _read(plan: Any) -> int:
    """Rows of the outbox that were touched anywhere in this plan, whether they were of use or not."""
    if isinstance(plan, list):
        return sum(_read(part) for part in plan)
    below = _read(plan.get("Plans", [])) + _read(plan.get("Plan", []))
    if plan.get("Relation Name") != "outbox" or plan["Node Type"] == "ModifyTable":
        return below
    touched = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return below + int(plan["Actual Loops"] * sum(plan.get(name, 0) for name in touched))


def waits(line: TheLine, queue: str, at: datetime) -> None:
    """Many rows that wait in this queue from then on."""
    rows = [
        {"id": f"{queue}{n}", "kind": "follow_up", "queue": queue, "about_id": f"x{n}", "run_after": at,
         "created_at": line.clock.now, "attempts": 0, "unique_key": f"{queue}:{n}"}
        for n in range(MANY)
    ]  # fmt: skip
    line.runtime.do(lambda uow: uow.session.execute(insert(Outbox), rows))
    line.runtime.do(lambda uow: uow.session.execute(text("ANALYZE outbox")))  # as PostgreSQL does by itself by then


def a_day_of_ana(line: TheLine) -> None:
    """She checks in, agrees to be asked again, and a follow-up comes; then she wants none any more."""
    for body in ("CHECKIN", "5", "yes"):
        line.answers(ANA, body)
    line.clock.forward(days=8)
    for queue in QUEUES:
        if queue != "bulk":
            line.runtime.outbox.due(BATCH, queue)
            line.runtime.outbox.more(queue, AT_ONCE)
    line.answers(ANA, "hi")
    line.answers(ANA, "STOP")


def assert_few(reads: Reads) -> None:
    """No statement read more than a few rows."""
    assert reads, "nothing was counted"
    most, statement = max(reads)
    assert most <= FEW, f"{most} rows were read by {statement}"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_is_promised_for_later_is_read_by_nobody(line: TheLine, reads: Reads) -> None:
    waits(line, "text", line.clock.now + timedelta(days=30))
    a_day_of_ana(line)
    line.carries_out()
    line.runtime.do(lambda uow: dead_letters.release(uow, STUCK_AFTER))
    line.runtime.look(lambda uow: health(uow.session, uow.now))
    assert_few(reads)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_look_into_one_queue_does_not_read_the_backlog_of_another(line: TheLine, reads: Reads) -> None:
    waits(line, "bulk", line.clock.now)
    a_day_of_ana(line)
    assert_few(reads)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_is_at_a_backlog_reads_what_they_take(line: TheLine, reads: Reads) -> None:
    waits(line, "bulk", line.clock.now)
    reads.clear()
    assert len(line.runtime.outbox.more("bulk", AT_ONCE)) == AT_ONCE
    assert_few(reads)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_on_sqlite_each_queue_is_found_in_its_index(line: TheLine, database: Engine) -> None:
    plans: list[str] = []

    def note(_connection: object, cursor: Any, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT outbox."):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    event.listen(database, "before_cursor_execute", note)
    for queue in QUEUES:
        line.runtime.outbox.due(BATCH, queue)
        line.runtime.outbox.more(queue, AT_ONCE)
    event.remove(database, "before_cursor_execute", note)
    assert set(plans) == {"SEARCH outbox USING INDEX ix_outbox_due (queue=? AND run_after<?)"}
