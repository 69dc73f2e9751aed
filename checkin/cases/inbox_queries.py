"""What waits for a person of the team, one statement each. Nobody's number is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.messages.models import Recording

FIRST = {"urgent": 0, "soon": 1}
"""Which priorities come before the others."""


@dataclass(frozen=True)
class Waiting:
    """A case as it stands in a list: without the words that were left."""

    number: int
    kind: str
    priority: str
    alias: str
    since: datetime
    state: str
    reason: str


@dataclass(frozen=True)
class Opened:
    """A case with its contact's alias and its recording, for whoever takes it up."""

    case: Case
    alias: str
    recording: Recording | None


def inbox(session: Session, line: str, *, closed: bool = False) -> list[Waiting]:
    """What is not closed yet: the open before the claimed, the urgent first, then the oldest. closed: those, too."""
    query = (
        select(Case.number, Case.kind, Case.priority, Contact.alias, Case.created_at, Case.state, Case.reason)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .where(Case.line == line)
        .order_by(
            case({"open": 0, "claimed": 1}, value=Case.state, else_=2),
            case(FIRST, value=Case.priority, else_=2),
            Case.created_at,
            Case.number,
        )
    )
    if not closed:
        query = query.where(Case.state != "closed")
    return [
        Waiting(number, kind, priority, alias or "", since, state, reason)
        for number, kind, priority, alias, since, state, reason in session.execute(query)
    ]


def with_number(session: Session, line: str, number: int) -> Opened | None:
    """The case that the team calls by this number, read anew."""
    row = session.execute(
        select(Case, Contact.alias, Recording)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Recording, Recording.id == Case.recording_id)
        .where(Case.line == line, Case.number == number)
        .order_by(Case.created_at.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else Opened(row[0], row[1] or "", row[2])
