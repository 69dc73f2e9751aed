"""Cases, one statement each."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.cases.models import Case
from checkin.contacts.models import Contact


def by_number(session: Session, line: str, number: int) -> Case | None:
    """The case that volunteers of this line call `number`."""
    return session.scalars(select(Case).where(Case.line == line, Case.number == number)).first()


def with_contact(session: Session, line: str, number: int) -> tuple[Case, Contact | None] | None:
    """The case with this number, and whose it is; no contact: they were forgotten."""
    row = session.execute(
        select(Case, Contact)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .where(Case.line == line, Case.number == number)
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])
