"""Dead letters before the organizers: they are told, and have them tried again or discarded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, exists, select, union_all, update

from checkin.cases.models import Block, Case
from checkin.contacts.models import Contact
from checkin.core import audit, lines
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.messages.models import Conversation, FollowUp, Message, Picture, Recording
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Retry, Skipped
from checkin.outbox.queries import DEAD, is_seen_by
from checkin.relays.models import Offer, Relay
from checkin.stories.models import Story
from checkin.volunteers import alerts
from checkin.volunteers.models import Shift, ShiftTurn, Volunteer

ALERT = "set_aside"

ABOUT: tuple[Any, ...] = (
    Message, Relay, Offer, Conversation, FollowUp, Contact, Volunteer, ShiftTurn, Shift, Case, Recording, Story, Block,
    Picture,
)  # fmt: skip
"""What a row may be about that is of a line. One that is about none of these is of no line."""


def tell(work: Work, row_id: str, kind: str, attempts: int, why: str) -> None:
    """One open alert tells of all dead letters of a kind; a follow-up says itself why it does not go."""
    about = select(Outbox.about_id).where(Outbox.id == row_id, Outbox.kind == "follow_up").scalar_subquery()
    work.session.execute(
        update(FollowUp)
        .where(FollowUp.id == about, FollowUp.state.in_(("planned", "sending")))
        .values(reason=f"given up after {attempts} tries: {why}"[:120]),
        execution_options={"synchronize_session": False},
    )
    alerts.put_up(work, _take_its_line(work, row_id), ALERT, kind, note=why[:200], telling="not")


def _take_its_line(work: Work, row_id: str) -> str:
    """Write down whose organizers see to this row; answers which line's: the first one's when it is of none."""
    about = select(Outbox.about_id).where(Outbox.id == row_id).scalar_subquery()
    whose = union_all(*(select(table.line).where(table.id == about) for table in ABOUT)).subquery()
    line: str | None = work.session.scalar(select(whose.c.line).limit(1))
    work.session.execute(update(Outbox).where(Outbox.id == row_id).values(line=line))
    return line or lines.first(work)


def retry(work: Work, row_id: str, by: str) -> bool:
    """Have a dead letter dispatched once more, from now on. False when there is none like it."""
    again = work.session.execute(
        update(Outbox)
        .where(*_theirs(work, row_id))
        .values(
            done_at=None,
            claimed_at=None,
            queued_at=None,
            attempts=0,
            run_after=work.now,
            outcome=Retry.name,
            result="taken up again",
        )
    )
    return _noted(work, row_id, by, "tried again what was given up", again.rowcount)  # type: ignore[attr-defined]


def discard(work: Work, row_id: str, reason: str, by: str) -> bool:
    """Never dispatch a dead letter: it is no longer shown. False when there is none. Raises UserError."""
    said = " ".join(reason.split())
    if not said:
        raise UserError("say why it is discarded")
    let = work.session.execute(
        update(Outbox).where(*_theirs(work, row_id)).values(outcome=Skipped.name, result=f"by the team: {said}"[:200])
    )
    return _noted(work, row_id, by, "discarded what was given up", let.rowcount, said)  # type: ignore[attr-defined]


def _theirs(work: Work, row_id: str) -> list[ColumnElement[bool]]:
    """This row, a dead letter; on a page it is one of that line's own."""
    aside = [Outbox.id == row_id, Outbox.done_at.is_not(None), DEAD]
    return aside + ([is_seen_by(Outbox.line, work.asking, lines.first(work))] if work.asking else [])


def _noted(work: Work, row_id: str, by: str, what: str, rows: int, after: str | None = None) -> bool:
    """Write down what was done with a row, and close the alert of its kind when it was the last of it."""
    row = work.session.get(Outbox, row_id, populate_existing=True) if rows else None
    if row is None:
        return False
    audit.write(work, by, what, row_id, before=row.kind, after=after)
    line = row.line or lines.first(work)
    more = exists().where(
        Outbox.kind == row.kind, Outbox.done_at.is_not(None), DEAD,
        is_seen_by(Outbox.line, line, lines.first(work)),
    )  # fmt: skip
    if not work.session.scalar(select(more)):
        alerts.close_about(work, line, ALERT, row.kind, by)
    return True
