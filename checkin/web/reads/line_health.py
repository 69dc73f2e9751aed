"""What the page Health shows: processes, queues, the number at the network, and what browsers complained of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox.heartbeats import STALE_AFTER
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER, Todo, is_seen_by, rows
from checkin.telephony.rules import delivery_state, error_codes
from checkin.web.reads.health import Health, health

LATELY = timedelta(days=1)
SHOWN = 20


@dataclass(frozen=True)
class QueueState:
    """What waits in one queue: due now, and since when the oldest is; for later."""

    name: str
    due: int
    later: int
    oldest: timedelta


@dataclass(frozen=True)
class ReportedFault:
    """One error of the network, in plain words, and how often it came. serious: the whole line may be mute."""

    code: int
    words: str
    serious: bool
    count: int
    last: datetime


@dataclass(frozen=True)
class HealthPage:
    """The page. sent, arrived, failed, unknown: texts of the last day that we sent."""

    health: Health
    queues: Sequence[QueueState]
    given_up: Sequence[Todo]
    sent: int
    arrived: int
    failed: int
    unknown: int
    faults: Sequence[ReportedFault]

    @property
    def alive(self) -> dict[str, bool]:
        """Each process, and whether it said lately that it lives."""
        return {name: age < STALE_AFTER for name, age in sorted(self.health.beats.items())}


def page(uow: UnitOfWork, line: str) -> HealthPage:
    """How the line is: seven statements."""
    session, first = uow.session, next(iter(uow.library.lines))
    counted, faults = _texts(session, line, uow.now)
    return HealthPage(
        health=health(session, uow.now),
        queues=_queues(session, uow.now),
        given_up=rows(session, "failed", uow.now, STUCK_AFTER, SHOWN, is_seen_by(Outbox.line, line, first)),
        faults=faults,
        **counted,
    )


def _queues(session: Session, now: datetime) -> list[QueueState]:
    """Of the whole installation: its workers are shared by its lines."""
    due = case((Outbox.run_after <= now, 1), else_=0)
    found = session.execute(
        select(Outbox.queue, func.sum(due), func.count(), func.min(Outbox.run_after))
        .where(Outbox.done_at.is_(None))
        .group_by(Outbox.queue)
        .order_by(Outbox.queue)
    )
    return [
        QueueState(name, int(ready or 0), whole - int(ready or 0), max(now - oldest, timedelta()))
        for name, ready, whole, oldest in found
    ]


def _texts(session: Session, line: str, now: datetime) -> tuple[dict[str, int], list[ReportedFault]]:
    """How our texts of the last day fared, and which errors came: one statement."""
    found = session.execute(
        select(Message.status, Message.error_code, func.count(), func.max(Message.created_at))
        .where(Message.created_at >= now - LATELY, Message.line == line, Message.inbound.is_(False))
        .group_by(Message.status, Message.error_code)
    )
    counted = {"sent": 0, "arrived": 0, "failed": 0, "unknown": 0}
    faults: list[ReportedFault] = []
    for status, code, count, last in found:
        counted["sent"] += count
        counted["arrived"] += count if status in delivery_state.ARRIVED else 0
        counted["failed"] += count if status in delivery_state.LOST else 0
        counted["unknown"] += count if status == "unknown" else 0
        if code is not None:
            meaning = error_codes.meaning(code)
            words = meaning.words if meaning else N_("an unknown error: look it up at Twilio")
            words = words if code else N_("refused without a reason")
            faults.append(ReportedFault(code, words, meaning is not None and meaning.kind == "account", count, last))
    return counted, sorted(faults, key=lambda fault: (not fault.serious, -fault.count))
