"""Organisers and who is signed in, one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.accounts.models import Organiser, PageSession
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class SignedIn:
    """A browser's session, and whose it is."""

    session: PageSession
    organiser: Organiser | None
    volunteer: Volunteer | None


def signed_in(session: Session, keys: Sequence[bytes]) -> SignedIn | None:
    """The session with one of these keys, read anew."""
    row = session.execute(
        select(PageSession, Organiser, Volunteer)
        .outerjoin(Organiser, Organiser.id == PageSession.organiser_id)
        .outerjoin(Volunteer, Volunteer.id == PageSession.volunteer_id)
        .where(PageSession.key.in_(keys))
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else SignedIn(*row)


def with_email(session: Session, email_keys: Sequence[bytes]) -> Organiser | None:
    """The organiser with this e-mail address."""
    return session.scalars(select(Organiser).where(Organiser.email_key.in_(email_keys))).one_or_none()


def with_setup(session: Session, setup_keys: Sequence[bytes]) -> Organiser | None:
    """Whoever this one-time link is for."""
    return session.scalars(select(Organiser).where(Organiser.setup_key.in_(setup_keys))).one_or_none()


def team(session: Session, line: str) -> list[Organiser]:
    """The organisers of the line and those who are invited, in the order in which they came."""
    return list(
        session.scalars(
            select(Organiser)
            .where(Organiser.line == line, Organiser.state != "removed")
            .order_by(Organiser.created_at, Organiser.id)
        )
    )


def how_many_leads(session: Session, line: str) -> int:
    """How many organiser leads can sign in."""
    found = select(func.count()).where(Organiser.line == line, Organiser.state == "active", Organiser.role == "lead")
    return session.scalar(found) or 0


def first(session: Session, line: str) -> Organiser | None:
    """Whoever was invited without an address, to be the line's first organiser."""
    return session.scalars(
        select(Organiser).where(Organiser.line == line, Organiser.state == "invited", Organiser.email_key.is_(None))
    ).first()
