"""What is promised, what came of it, and why: for whoever looks at the follow-ups of a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.messages.models import FollowUp

OPEN = ("planned", "sending", "calling", "unknown")
MOST = 200


@dataclass(frozen=True)
class ListedFollowUp:
    """One follow-up under its contact's alias."""

    row: FollowUp
    alias: str


def listed(
    session: Session, line: str, *, every: bool = False, alias: str = "", until: datetime | None = None
) -> Sequence[ListedFollowUp]:
    """What is still open (or, with `every`, all), the next first; of one contact, or due by `until`."""
    found = select(FollowUp, Contact.alias).join(Contact, Contact.id == FollowUp.contact_id)
    found = found.where(FollowUp.line == line)
    if not every:
        found = found.where(FollowUp.state.in_(OPEN))
    if alias:
        found = found.where(Contact.alias.ilike(f"{alias}%"))
    if until is not None:
        found = found.where(FollowUp.due_at <= until)
    order = FollowUp.due_at.desc() if every else FollowUp.due_at
    return [ListedFollowUp(row, name) for row, name in session.execute(found.order_by(order).limit(MOST))]


def beginning_with(session: Session, line: str, written: str) -> list[ListedFollowUp]:
    """Follow-ups whose id begins like this; more than one when too little of it is written."""
    found = select(FollowUp, Contact.alias).join(Contact, Contact.id == FollowUp.contact_id)
    found = found.where(FollowUp.line == line, FollowUp.id.startswith(written, autoescape=True)).limit(2)
    return [ListedFollowUp(row, name) for row, name in session.execute(found)]
