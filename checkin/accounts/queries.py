"""Organizers and who is signed in, one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.accounts.models import Organizer, PageSession
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class SignedIn:
    """A browser's session, and whose it is."""

    session: PageSession
    organizer: Organizer | None
    volunteer: Volunteer | None


def signed_in(session: Session, keys: Sequence[bytes]) -> SignedIn | None:
    """The session with one of these keys, read anew."""
    row = session.execute(
        select(PageSession, Organizer, Volunteer)
        .outerjoin(Organizer, Organizer.id == PageSession.organizer_id)
        .outerjoin(Volunteer, Volunteer.id == PageSession.volunteer_id)
        .where(PageSession.key.in_(keys))
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else SignedIn(*row)


def with_email(session: Session, email_keys: Sequence[bytes]) -> Organizer | None:
    """The organizer with this e-mail address."""
    return session.scalars(select(Organizer).where(Organizer.email_key.in_(email_keys))).one_or_none()


def with_setup(session: Session, setup_keys: Sequence[bytes]) -> Organizer | None:
    """Whoever this one-time link is for."""
    return session.scalars(select(Organizer).where(Organizer.setup_key.in_(setup_keys))).one_or_none()


def team(session: Session, line: str) -> list[Organizer]:
    """The organizers of the line and those who are invited, in the order in which they came."""
    return list(
        session.scalars(
            select(Organizer)
            .where(Organizer.line == line, Organizer.state != "removed")
            .order_by(Organizer.created_at, Organizer.id)
        )
    )


def how_many_leads(session: Session, line: str) -> int:
    """How many organizer leads can sign in."""
    found = select(func.count()).where(Organizer.line == line, Organizer.state == "active", Organizer.role == "lead")
    return session.scalar(found) or 0


def first(session: Session, line: str) -> Organizer | None:
    """Whoever was invited without an address, to be the line's first organizer."""
    return session.scalars(
        select(Organizer).where(Organizer.line == line, Organizer.state == "invited", Organizer.email_key.is_(None))
    ).first()
