"""Cases and blocks, one statement each. Nobody's number is in them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.cases.models import Block, Case
from checkin.contacts.models import Contact
from checkin.messages.models import Recording

STANDING = ("proposed", "active")
"""The states of a block that is not decided, or holds."""

FIRST = {"urgent": 0, "soon": 1}
"""Which priorities come before the others."""


@dataclass(frozen=True)
class OpenedCase:
    """A case with its contact's alias and its recording, for whoever takes it up."""

    case: Case
    alias: str
    recording: Recording | None


def with_number(session: Session, line: str, number: int) -> OpenedCase | None:
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
    return None if row is None else OpenedCase(row[0], row[1] or "", row[2])


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


def standing_block(session: Session, contact_id: str) -> Block | None:
    """The block of this contact that is proposed or holds (its time may be over); there is at most one."""
    wanted = select(Block).where(Block.contact_id == contact_id, Block.state.in_(STANDING))
    return session.scalars(wanted.order_by(Block.created_at.desc()).limit(1)).first()
