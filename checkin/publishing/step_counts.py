"""Keeps the counts of how steps were left, for the drawings."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from checkin.core.statements import insert
from checkin.core.transactions import Transactions
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing.models import StepCount
from flows.views.step_counts import HELD, MOST_HELD, StepLeft


class StepCounts:
    """Counts of one process that are not written yet. They are statistics: those of a process that dies are lost."""

    def __init__(self) -> None:
        self._rows: list[StepLeft] = []
        self._since: datetime | None = None

    def note(self, transactions: Transactions, uow: UnitOfWork) -> None:
        """Hold what this transaction counted, and write when it is time."""
        self.add(uow.passed, uow.now)
        if self.due(uow.now):
            self.write(transactions)

    def write(self, transactions: Transactions) -> None:
        """Write down what is held. Counts are worth nobody's failure."""
        rows = self.take()
        with suppress(SQLAlchemyError):
            if rows:
                transactions.once(lambda uow: write(uow, rows))

    def add(self, rows: Sequence[StepLeft], now: datetime) -> None:
        """Hold these too, up to a measure: a database that is away for long costs counts, not memory."""
        if rows and len(self._rows) < MOST_HELD:
            self._since = self._since if self._rows else now
            self._rows.extend(rows)

    def due(self, now: datetime) -> bool:
        return bool(self._rows) and (self._since is None or abs(now - self._since) >= HELD)

    def take(self) -> list[StepLeft]:
        """What is held; from now on it is the caller's."""
        taken, self._rows = self._rows, []
        return taken


def write(uow: UnitOfWork, rows: Sequence[StepLeft]) -> None:
    """Count these, too, in one statement. In one order, so that two who count at once never wait for each other."""
    times = Counter(rows)
    counted = sorted((_row(row, count) for row, count in times.items()), key=lambda row: str(row["id"]))
    if not counted:
        return
    added = insert(uow.session, StepCount)
    more = {"times": StepCount.times + added.excluded.times}
    added = added.on_conflict_do_update(index_elements=["id"], set_=more)
    uow.session.connection().execute(added, counted)  # however many there are, it's the same statement


def _row(row: StepLeft, times: int) -> dict[str, object]:
    """A row of the table; its id is that of every row that counts the same."""
    what = {
        "flow": row.way.flow[:80], "version": row.way.flow_hash[:12], "step": row.way.step[:80],
        "outcome": row.way.outcome[:80], "channel": row.channel, "seconds": row.seconds,
    }  # fmt: skip
    alike = "\n".join([*map(str, what.values()), row.until.date().isoformat()])
    id_ = hashlib.sha256(alike.encode()).hexdigest()[:32]
    return {"id": id_, **what, "until": row.until, "times": times}
