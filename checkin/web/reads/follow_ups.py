"""What the page of follow-ups shows: what is due, went out, did not, and why; of one line, under aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, or_, select, union_all

from checkin.contacts.models import Contact
from checkin.core.translatable import Translatable
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message
from checkin.outbox import queries as outbox
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER, Todo
from checkin.telephony.rules import delivery_state, error_codes
from checkin.web.reads.paging import paged

PAGE = 50
LATELY = timedelta(days=30)
"""What is over is counted for so long back."""

SORTS: Mapping[str, tuple[str, ...]] = {
    "planned": ("planned",),
    "under_way": ("sending", "calling"),
    "sent": ("sent",),
    "unanswered": ("unanswered",),
    "skipped": ("skipped", "cancelled", "replaced"),
    "unknown": ("unknown",),
    "failed": ("failed",),
}
"""Under which heading each state is shown. `due` beside them: planned, and its time has come."""

WORK_SHOWN = 30

TEXTS_LATELY = timedelta(days=1)

BADLY = (*delivery_state.LOST, "unknown")
"""How a text ends that did not arrive, or of which nobody knows it."""


@dataclass(frozen=True)
class FollowUpRow:
    """One follow-up. cause: what the network said of it, in plain words; None when it said nothing."""

    row: FollowUp
    alias: str
    cause: str | None


@dataclass(frozen=True)
class FollowUpsPage:
    """counts: by heading, what is open and what was due in the last 30 days."""

    counts: Mapping[str, int]
    rows: Sequence[FollowUpRow]


def page(uow: UnitOfWork, line: str, show: str, number: int = 0) -> FollowUpsPage:
    """One heading, or what is open; one more row than fits when there are more. Two statements."""
    return FollowUpsPage(_counts(uow, line), _rows(uow, line, show, number))


def _counts(uow: UnitOfWork, line: str) -> dict[str, int]:
    due = case(((FollowUp.state == "planned") & (FollowUp.due_at <= uow.now), 1), else_=0)
    found = uow.session.execute(
        select(FollowUp.state, func.count(), func.sum(due))
        .where(FollowUp.line == line, FollowUp.due_at >= uow.now - LATELY)
        .group_by(FollowUp.state)
    ).all()
    states = {state: count for state, count, _ in found}
    counts = {name: sum(states.get(state, 0) for state in of) for name, of in SORTS.items()}
    return counts | {"due": sum(int(ready or 0) for _, _, ready in found)}


def _rows(uow: UnitOfWork, line: str, show: str, number: int) -> list[FollowUpRow]:
    coming = show in ("", "due", "planned", "under_way")
    order = (FollowUp.due_at if coming else FollowUp.due_at.desc(), FollowUp.id)
    first = [_first(uow, line, show, state, order, (number + 1) * PAGE + 1) for state in _states(show)]
    wanted = (
        select(FollowUp, Contact.alias, Message.error_code)
        .join(Contact, Contact.id == FollowUp.contact_id)
        .outerjoin(Message, Message.id == FollowUp.message_id)
        .where(FollowUp.id.in_(union_all(*first)))
        .order_by(*order)
    )
    found = uow.session.execute(paged(wanted, number, PAGE))
    return [FollowUpRow(row, alias, in_words(code)) for row, alias, code in found]


def _states(show: str) -> tuple[str, ...]:
    if show == "due":
        return SORTS["planned"]
    return SORTS.get(show, (*SORTS["planned"], *SORTS["under_way"], *SORTS["unknown"]))


def _first(uow: UnitOfWork, line: str, show: str, state: str, order: tuple[Any, ...], many: int) -> Select[str]:
    """The first of one state, as its index has them: a page reads no more of a line with a long past."""
    found = select(FollowUp.id).where(FollowUp.line == line, FollowUp.state == state)
    if show == "due":
        found = found.where(FollowUp.due_at <= uow.now)
    return select(found.order_by(*order).limit(many).subquery().c.id)


def in_words(code: int | None) -> str | None:
    """What an error of the network means, in plain words."""
    if not code:
        return None
    meaning = error_codes.meaning(code)
    if meaning is None:
        return f"({code})"
    return Translatable("%(words)s (%(code)s)", words=Translatable.marked(meaning.words), code=code)


def cause_of(uow: UnitOfWork, row: FollowUp) -> tuple[str | None, datetime | None]:
    """(what the network said of its text, when it said something last)."""
    found = uow.session.get(Message, row.message_id) if row.message_id else None
    return (in_words(found.error_code), found.created_at) if found is not None else (None, None)


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


def work_page(uow: UnitOfWork, line: str) -> OutboxPage:
    """Four statements."""

    seen = outbox.is_seen_by(Outbox.line, line, next(iter(uow.library.lines)))

    def of(which: outbox.Which) -> list[Todo]:
        return outbox.rows(uow.session, which, uow.now, STUCK_AFTER, WORK_SHOWN, seen)

    return OutboxPage(of("due"), of("stuck"), of("failed"), _lost(uow, line))


def _lost(uow: UnitOfWork, line: str) -> list[Lost]:
    found = uow.session.execute(
        select(Message.kind, Message.status, Message.error_code, func.count(), func.max(Message.created_at))
        .where(Message.created_at >= uow.now - TEXTS_LATELY, Message.line == line, Message.inbound.is_(False))
        .where(or_(Message.status.in_(BADLY), Message.error_code.is_not(None)))
        .group_by(Message.kind, Message.status, Message.error_code)
        .order_by(func.max(Message.created_at).desc())
        .limit(WORK_SHOWN)
    )
    return [Lost(kind, status, in_words(code), count, last) for kind, status, code, count, last in found]
