"""Keeps the counts of how steps were left, for the drawings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from checkin.models.base import Base
from checkin.models.passages import Passage
from checkin.work import Work
from flows.passages import HELD, MOST_HELD, Passed


class Held:
    """Counts of one process that are not written yet. They are statistics: those of a process that dies are lost."""

    def __init__(self) -> None:
        self._rows: list[Passed] = []
        self._since: datetime | None = None

    def add(self, rows: Sequence[Passed], now: datetime) -> None:
        """Hold these too, up to a measure: a database that is away for long costs counts, not memory."""
        if rows and len(self._rows) < MOST_HELD:
            self._since = self._since if self._rows else now
            self._rows.extend(rows)

    def due(self, now: datetime) -> bool:
        """Whether it is time to write them."""
        return bool(self._rows) and (self._since is None or abs(now - self._since) >= HELD)

    def take(self) -> list[Passed]:
        """What is held; from now on it is the caller's."""
        taken, self._rows = self._rows, []
        return taken


def write(work: Work, rows: Sequence[Passed]) -> None:
    """Write counts down, in one statement."""
    table = Base.metadata.tables[Passage.__tablename__]  # as rows, not as objects: one statement whatever is empty
    work.session.execute(insert(table), [
        {
            "id": work.new_id(), "flow": row.way.flow[:80], "version": row.way.flow_hash[:12],
            "step": row.way.step[:80], "outcome": row.way.outcome[:80], "channel": row.channel,
            "seconds": row.seconds, "day": row.day,
        }
        for row in rows
    ])  # fmt: skip
