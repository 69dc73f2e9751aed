"""What is still to be done, when, and how it went. Also the clock of the line."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, PartialIndex


class Outbox(Base):
    """One thing to do at `run_after`, about the row `about_id`. Written in the same commit as what it follows from.

    line: whose organizers see to it, said once it is a dead letter; None: it is of no line (the first one sees to it).
    unique_key: at most one row with it that is not done. `queued_at` is a hint for the clock; the claim is
    `claimed_at`, set by a guarded UPDATE whose row count is read. `outcome`: how it went (the names in
    outcomes.py; "retry" while it waits for another try), `result`: why.

    What is due is found by its queue, so that a look into one queue never reads the backlog of another (every worker
    looks after every job). There is no second index by time alone: without statistics PostgreSQL may take that one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        PartialIndex(
            "ix_outbox_due",
            "queue",
            "run_after",
            where=text("done_at IS NULL"),
        ),
        PartialIndex(
            "uq_outbox_unique_key",
            "unique_key",
            unique=True,
            where=text("done_at IS NULL AND unique_key IS NOT NULL"),
        ),
        Index("ix_outbox_about_id", "about_id"),
        PartialIndex(
            "ix_outbox_dead_letters",
            "done_at",
            where=text("outcome = 'dead letter'"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(30))
    queue: Mapped[str] = mapped_column(String(10))
    about_id: Mapped[str] = mapped_column(String(32))
    turn: Mapped[int | None]
    run_after: Mapped[datetime]
    queued_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(11))
    result: Mapped[str | None] = mapped_column(String(200))
    unique_key: Mapped[str | None] = mapped_column(String(80))
    line: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime]


class Heartbeat(Base):
    """When a process last said that it lives."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime]
