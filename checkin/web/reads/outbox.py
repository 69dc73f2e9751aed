"""What the page of the outbox shows: due, stuck, given up, and our texts of late that did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.outbox import queries as outbox
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER, Todo
from checkin.telephony.rules import delivery_state
from checkin.web.reads.follow_ups import in_words

SHOWN = 30
LATELY = timedelta(days=1)
BADLY = (*delivery_state.LOST, "unknown")
"""How a text ends that did not arrive, or of which nobody knows it."""


@dataclass(frozen=True)
class Lost:
    """Texts of one kind that ended alike: how often, when last, and why in plain words (None: nothing was said)."""

    kind: str
    status: str
    cause: str | None
    count: int
    last: datetime


@dataclass(frozen=True)
class OutboxPage:
    """due, stuck: of the whole installation, whose workers are shared by its lines. set_aside, lost: of this line."""

    due: Sequence[Todo]
    stuck: Sequence[Todo]
    given_up: Sequence[Todo]
    lost: Sequence[Lost]


def page(uow: UnitOfWork, line: str) -> OutboxPage:
    """Four statements."""

    seen = outbox.is_seen_by(Outbox.line, line, next(iter(uow.library.lines)))

    def of(which: outbox.Which) -> list[Todo]:
        return outbox.rows(uow.session, which, uow.now, STUCK_AFTER, SHOWN, seen)

    return OutboxPage(of("due"), of("stuck"), of("failed"), _lost(uow, line))


def _lost(uow: UnitOfWork, line: str) -> list[Lost]:
    found = uow.session.execute(
        select(Message.kind, Message.status, Message.error_code, func.count(), func.max(Message.created_at))
        .where(Message.created_at >= uow.now - LATELY, Message.line == line, Message.inbound.is_(False))
        .where(or_(Message.status.in_(BADLY), Message.error_code.is_not(None)))
        .group_by(Message.kind, Message.status, Message.error_code)
        .order_by(func.max(Message.created_at).desc())
        .limit(SHOWN)
    )
    return [Lost(kind, status, in_words(code), count, last) for kind, status, code, count, last in found]
