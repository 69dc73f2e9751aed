"""Dead letters before the organizers: they are told, and have them tried again or discarded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select, union_all, update

from checkin.cases.models import Block, Case
from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation, FollowUp, Message, Picture, Recording
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Retry, Skipped
from checkin.outbox.queries import DEAD, is_seen_by
from checkin.relays.models import Offer, Relay
from checkin.stories.models import Story
from checkin.volunteers import alerts
from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer

ALERT = "set_aside"

ABOUT: tuple[Any, ...] = (
    Message, Relay, Offer, Conversation, FollowUp, Contact, Volunteer, ShiftOccurrence, Shift, Case, Recording, Story,
    Block, Picture,
)  # fmt: skip
"""What a row may be about that is of a line. One that is about none of these is of no line."""


def tell(uow: UnitOfWork, row_id: str, kind: str, attempts: int, why: str) -> None:
    """One open alert tells of all dead letters of a kind; a follow-up says itself why it does not go."""
    about = select(Outbox.about_id).where(Outbox.id == row_id, Outbox.kind == "follow_up").scalar_subquery()
    uow.session.execute(
        update(FollowUp)
        .where(FollowUp.id == about, FollowUp.state.in_(("planned", "sending")))
        .values(reason=f"gave up after {attempts} tries: {why}"[:120]),
        execution_options={"synchronize_session": False},
    )
    alerts.put_up(uow, _take_its_line(uow, row_id), ALERT, kind, note=why[:200], telling="not")


def _take_its_line(uow: UnitOfWork, row_id: str) -> str:
    """Write down whose organizers see to this row; answers which line's: the first one's when it is of none."""
    about = select(Outbox.about_id).where(Outbox.id == row_id).scalar_subquery()
    whose = union_all(*(select(table.line).where(table.id == about) for table in ABOUT)).subquery()
    line: str | None = uow.session.scalar(select(whose.c.line).limit(1))
    uow.session.execute(update(Outbox).where(Outbox.id == row_id).values(line=line))
    return line or lines.first(uow)


def retry(uow: UnitOfWork, row_id: str, by: str) -> bool:
    """Have a dead letter dispatched once more, from now on. False when there is none like it."""
    again = uow.session.execute(
        update(Outbox)
        .where(*_theirs(uow, row_id))
        .values(
            done_at=None,
            claimed_at=None,
            queued_at=None,
            attempts=0,
            run_after=uow.now,
            outcome=Retry.name,
            result="taken up again",
        )
    )
    return _noted(uow, row_id, by, "retried a failed job", again.rowcount)  # type: ignore[attr-defined]


def discard(uow: UnitOfWork, row_id: str, reason: str, by: str) -> bool:
    """Never dispatch a dead letter: it is no longer shown. False when there is none. Raises UserError."""
    said = " ".join(reason.split())
    if not said:
        raise UserError("say why you're discarding it")
    let = uow.session.execute(
        update(Outbox).where(*_theirs(uow, row_id)).values(outcome=Skipped.name, result=f"by the team: {said}"[:200])
    )
    return _noted(uow, row_id, by, "discarded a failed job", let.rowcount, said)  # type: ignore[attr-defined]


def _theirs(uow: UnitOfWork, row_id: str) -> list[ColumnElement[bool]]:
    """This row, a dead letter; on a page it is one of that line's own."""
    aside = [Outbox.id == row_id, Outbox.done_at.is_not(None), DEAD]
    return aside + ([is_seen_by(Outbox.line, uow.asking, lines.first(uow))] if uow.asking else [])


def _noted(uow: UnitOfWork, row_id: str, by: str, what: str, rows: int, after: str | None = None) -> bool:
    """Write down what was done with a row, and close the alert of its kind when it was the last of it."""
    row = uow.session.get(Outbox, row_id, populate_existing=True) if rows else None
    if row is None:
        return False
    audit.write(uow, by, what, row_id, before=row.kind, after=after)
    line = row.line or lines.first(uow)
    more = exists().where(
        Outbox.kind == row.kind, Outbox.done_at.is_not(None), DEAD,
        is_seen_by(Outbox.line, line, lines.first(uow)),
    )  # fmt: skip
    if not uow.session.scalar(select(more)):
        alerts.close_about(uow, line, ALERT, row.kind, by)
    return True
