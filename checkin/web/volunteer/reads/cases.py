"""The messages that a volunteer may take up, and those that they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.messages.models import Recording
from checkin.relays.models import VolunteerBlock
from checkin.volunteers.models import Volunteer

MOST = 60


@dataclass(frozen=True)
class LeftMessage:
    """Something that was left, whose it is, and its recording. contact: None when they were forgotten."""

    case: Case
    contact: Contact | None
    recording: Recording | None


def waiting(session: Session, volunteer: Volunteer) -> Sequence[LeftMessage]:
    """Open ones whose language they speak (leads: every one), and all that they have claimed; the urgent first."""
    urgent = when((Case.priority == "urgent", 0), (Case.priority == "soon", 1), else_=2)
    rows = session.execute(
        select(Case, Contact, Recording)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Recording, Recording.id == Case.recording_id)
        .where(
            Case.line == volunteer.line,
            or_(
                (Case.state == "claimed") & (Case.claimed_by == volunteer.id),
                (Case.state == "open") & _theirs_to_take(volunteer),
            ),
        )
        .order_by(Case.state, urgent, Case.created_at, Case.number)
        .limit(MOST)
    )
    return [LeftMessage(*row) for row in rows]


def how_many_wait(session: Session, volunteer: Volunteer) -> int:
    """How many open ones they may take up."""
    mine = select(func.count()).select_from(Case).outerjoin(Contact, Contact.id == Case.contact_id)
    return (
        session.scalar(mine.where(Case.line == volunteer.line, Case.state == "open", _theirs_to_take(volunteer))) or 0
    )


def held(session: Session, volunteer: Volunteer, number: int) -> LeftMessage | None:
    """The one with this number, if this volunteer has it."""
    row = session.execute(
        select(Case, Contact, Recording)
        .outerjoin(Contact, Contact.id == Case.contact_id)
        .outerjoin(Recording, Recording.id == Case.recording_id)
        .where(
            Case.line == volunteer.line,
            Case.number == number,
            Case.state == "claimed",
            Case.claimed_by == volunteer.id,
        )
    ).first()
    return None if row is None else LeftMessage(*row)


def _theirs_to_take(volunteer: Volunteer) -> ColumnElement[bool]:
    apart = exists().where(VolunteerBlock.volunteer_id == volunteer.id, VolunteerBlock.contact_id == Case.contact_id)
    spoken = or_(Contact.language.is_(None), Contact.language.in_(volunteer.languages))
    return ~apart if volunteer.lead else ~apart & spoken
