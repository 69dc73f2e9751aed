"""However long a line's past is, a page reads what it shows: counted in rows of PostgreSQL, not in seconds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from tests.bench.many_rows import fill
from tests.console.browser import Browser
from tests.the_line import TheLine

CONTACTS, MESSAGES = 4000, 20_000
MOST_ROWS = 700
"""Of all that a page looks at; the lists show 50, each with a few things about it."""

SHORT_WAYS = ("seqscan", "hashjoin", "mergejoin", "bitmapscan")
"""Ways to read a table that suit one as small as these: PostgreSQL takes them or not, as other tests left its pages."""

OF_A_WEEK = 2000
"""What a report of one week counts; the line has 50 times as much."""

MOST = {
    "/console/": MOST_ROWS, "/console/audit/": MOST_ROWS, "/console/inbox/": MOST_ROWS,
    "/console/inbox/?box=closed": MOST_ROWS, "/console/inbox/?box=talks": MOST_ROWS,
    "/console/inbox/?box=low": MOST_ROWS, "/console/people/": MOST_ROWS, "/console/people/?show=crisis": MOST_ROWS,
    "/console/people/?show=blocked": MOST_ROWS, "/console/people/i7-3": MOST_ROWS, "/console/outbox/": MOST_ROWS,
    "/console/outbox/?show=due": MOST_ROWS, "/console/outbox/?show=sent": MOST_ROWS,
    "/console/outbox/?show=skipped": MOST_ROWS, "/console/reports/?days=7": OF_A_WEEK,
}  # fmt: skip


class Reads:
    """How many rows the tables gave, whether they were of use or not."""

    def __init__(self) -> None:
        self.rows = 0
        self.told: list[tuple[int, str]] = []

    def note(self, _connection: object, cursor: Any, statement: str, parameters: object, *_rest: object) -> None:
        if not statement.startswith("SELECT"):
            return
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        plan = cursor.fetchone()[0]
        rows = _read(json.loads(plan) if isinstance(plan, str) else plan)
        self.rows += rows
        self.told.append((rows, statement[:150]))


def _read(plan: Any) -> int:
    if isinstance(plan, list):
        return sum(_read(part) for part in plan)
    below = _read(plan.get("Plans", [])) + _read(plan.get("Plan", []))
    if "Relation Name" not in plan or plan["Node Type"] == "Index Only Scan":
        return below
    touched = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    return below + int(plan["Actual Loops"] * sum(plan.get(name, 0) for name in touched))


@pytest.fixture
def database(postgresql_engine: Engine) -> Engine:
    """The one that tells what it read."""
    return postgresql_engine


@pytest.fixture
def reads(database: Engine, line: TheLine, oda: Browser) -> Iterator[Reads]:
    """Of a line with a long past, once Oda is signed in."""
    with line.runtime.sessions() as session:
        fill(session, line.uow(session).vault, line.clock(), CONTACTS, MESSAGES)
        session.execute(text("ANALYZE"))  # or the plans hang on what other tests left to be counted
        for short in SHORT_WAYS:
            session.execute(text(f"SET enable_{short} = off"))
        session.commit()
    told = Reads()
    event.listen(database, "before_cursor_execute", told.note)
    yield told
    event.remove(database, "before_cursor_execute", told.note)
    with line.runtime.sessions() as session:
        for short in SHORT_WAYS:
            session.execute(text(f"RESET enable_{short}"))
        session.commit()


def test_pages_read_what_they_show_and_not_the_past(oda: Browser, reads: Reads) -> None:
    too_many = {}
    for path, most in MOST.items():
        reads.rows, reads.told = 0, []
        assert oda.opens(path).status == 200, path
        if reads.rows > most:
            too_many[path] = (reads.rows, sorted(reads.told, reverse=True)[:3])
    assert too_many == {}, "\n".join(f"{path}: {told}" for path, told in too_many.items())
