"""Rows that nobody could carry out: set aside with their reason, told to the organisers, and taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, union_all, update

from checkin.core.errors import UserError
from checkin.models.blocks import Block
from checkin.models.contacts import Contact
from checkin.models.conversations import Case, Conversation, Message, Recording
from checkin.models.outbox import FollowUp, Outbox
from checkin.models.pictures import Picture
from checkin.models.relays import Offer, Relay
from checkin.models.stories import Story
from checkin.models.volunteers import Shift, ShiftTurn, Volunteer
from checkin.queries.outbox import is_seen_by
from checkin.rules.queues import QUEUES
from checkin.services import audit, lines, outbox
from checkin.services.casework import alerts
from checkin.work import Work

ATTEMPTS = 8
"""A row that failed this often, or whose worker died as often, is set aside; the rest goes on."""

WORDS = "set aside after"
ALERT = "set_aside"

ABOUT: tuple[Any, ...] = (
    Message, Relay, Offer, Conversation, FollowUp, Contact, Volunteer, ShiftTurn, Shift, Case, Recording, Story, Block,
    Picture,
)  # fmt: skip
"""What a row may be about that is of a line. One that is about none of these is of no line."""


@dataclass(frozen=True)
class Stuck:
    """A row that was claimed and never settled."""

    id: str
    kind: str
    claimed_at: datetime
    attempts: int


def set_aside(work: Work, row_id: str, kind: str, attempts: int, why: str) -> None:
    """Not tried again. One open alert tells of all rows of its kind; a follow-up says itself why it does not go."""
    said = f"{WORDS} {attempts} tries: {why}"
    outbox.settle(work, row_id, said)
    about = select(Outbox.about_id).where(Outbox.id == row_id, Outbox.kind == "follow_up").scalar_subquery()
    work.session.execute(
        update(FollowUp)
        .where(FollowUp.id == about, FollowUp.state.in_(("planned", "sending")))
        .values(reason=said[:120]),
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


def later_or_aside(
    work: Work, row_id: str, kind: str, tries: int, why: str, most: int = ATTEMPTS, slowest: int = 300
) -> bool:
    """Give a row back for later, each time a little later; set it aside when it has had its tries. True: set aside.

    slowest: after so many seconds it is tried again in the end.
    """
    if tries >= most:
        set_aside(work, row_id, kind, tries, why)
        return True
    pause = timedelta(seconds=min(2 ** min(tries + 1, 12), slowest))
    outbox.again(work, row_id, work.now + pause, why)
    return False


def cost_a_worker(work: Work, row_id: str) -> bool:
    """A process died with this row before its claim was kept: the try counts all the same. True: set aside.

    A row that is claimed, or done, is left alone: the one counts already, and with the other somebody else's died.
    """
    tried = work.session.execute(
        update(Outbox)
        .where(Outbox.id == row_id, Outbox.done_at.is_(None), Outbox.claimed_at.is_(None))
        .values(attempts=Outbox.attempts + 1)
        .returning(Outbox.kind, Outbox.attempts),
        execution_options={"synchronize_session": False},
    ).first()
    return tried is not None and later_or_aside(work, row_id, *tried, "its worker died")


def stuck(work: Work, after: timedelta) -> list[Stuck]:
    """Rows that were claimed longer ago than any job may take: the process that held them has died."""
    rows = work.session.execute(
        select(Outbox.id, Outbox.kind, Outbox.claimed_at, Outbox.attempts).where(
            Outbox.queue.in_(QUEUES),
            Outbox.done_at.is_(None),
            Outbox.run_after <= work.now,
            Outbox.claimed_at <= work.now - after,
        )
    )
    return [Stuck(row_id, kind, claimed_at, attempts) for row_id, kind, claimed_at, attempts in rows if claimed_at]


def release(work: Work, after: timedelta) -> list[Stuck]:
    """Give back what is stuck; a row that has cost a worker too often is set aside instead. Answers what it was."""
    found = stuck(work, after)
    back = [row.id for row in found if row.attempts < ATTEMPTS]
    for row in found:
        if row.attempts >= ATTEMPTS:
            set_aside(work, row.id, row.kind, row.attempts, "its worker died each time")
    if back:
        work.session.execute(
            update(Outbox)
            .where(Outbox.id.in_(back), Outbox.done_at.is_(None), Outbox.claimed_at <= work.now - after)
            .values(claimed_at=None, queued_at=None, result="released: its worker died")
        )
    return found


def take_up_again(work: Work, row_id: str, by: str) -> bool:
    """Have a row that was set aside carried out once more, from now on. False when there is none like it."""
    again = work.session.execute(
        update(Outbox)
        .where(*_theirs(work, row_id))
        .values(done_at=None, claimed_at=None, queued_at=None, attempts=0, run_after=work.now, result="taken up again")
    )
    return _noted(work, row_id, by, "tried again what was given up", again.rowcount)  # type: ignore[attr-defined]


def let_be(work: Work, row_id: str, reason: str, by: str) -> bool:
    """Never carry out a row that was set aside: it is no longer shown. False when there is none. Raises UserError."""
    said = " ".join(reason.split())
    if not said:
        raise UserError("say why it is discarded")
    let = work.session.execute(
        update(Outbox).where(*_theirs(work, row_id)).values(result=f"skipped by the team: {said}"[:200])
    )
    return _noted(work, row_id, by, "discarded what was given up", let.rowcount, said)  # type: ignore[attr-defined]


def _theirs(work: Work, row_id: str) -> list[ColumnElement[bool]]:
    """This row, set aside; on a page it is one of that line's own."""
    aside = [Outbox.id == row_id, Outbox.done_at.is_not(None), Outbox.result.startswith(WORDS)]
    return aside + ([is_seen_by(Outbox.line, work.asking, lines.first(work))] if work.asking else [])


def _noted(work: Work, row_id: str, by: str, what: str, rows: int, after: str | None = None) -> bool:
    """Write down what was done with a row, and close the alert of its kind when it was the last of it."""
    row = work.session.get(Outbox, row_id, populate_existing=True) if rows else None
    if row is None:
        return False
    audit.write(work, by, what, row_id, before=row.kind, after=after)
    line = row.line or lines.first(work)
    more = exists().where(
        Outbox.kind == row.kind, Outbox.done_at.is_not(None), Outbox.result.startswith(WORDS),
        is_seen_by(Outbox.line, line, lines.first(work)),
    )  # fmt: skip
    if not work.session.scalar(select(more)):
        alerts.close_about(work, line, ALERT, row.kind, by)
    return True
