"""Volunteers and their shifts, one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checkin.volunteers.models import Shift, ShiftOccurrence, Volunteer, VolunteerLink
from checkin.volunteers.rules import shifts

THERE = ("active", "invited")
"""States of volunteers who have a name and a number."""


def team(session: Session, line: str) -> list[Volunteer]:
    """The volunteers of the line and those who are invited, in the order in which they came."""
    return list(
        session.scalars(
            select(Volunteer)
            .where(Volunteer.line == line, Volunteer.state.in_(THERE))
            .order_by(Volunteer.created_at, Volunteer.id)
        )
    )


def active(session: Session, line: str) -> list[Volunteer]:
    """The volunteers of the line who agreed to be asked, in the order in which they came."""
    return [member for member in team(session, line) if member.state == "active"]


def leads(session: Session, line: str) -> list[Volunteer]:
    """Those who are told when a person must look at something, and who still take texts."""
    return list(
        session.scalars(
            select(Volunteer)
            .where(Volunteer.line == line, Volunteer.state == "active", Volunteer.lead, Volunteer.stopped_at.is_(None))
            .order_by(Volunteer.created_at, Volunteer.id)
        )
    )


def left(volunteer: Volunteer) -> bool:
    """Whether they said STOP to us, which ends calls and texts."""
    return volunteer.stopped_at is not None and volunteer.stopped_by is None


def channels_of(volunteer: Volunteer) -> frozenset[str]:
    """By what they can be asked: what the network says of texts ends those alone."""
    return frozenset(volunteer.channels) - ({"text"} if volunteer.stopped_by is not None else set())


def with_number(session: Session, line: str, number_keys: Sequence[bytes]) -> Volunteer | None:
    """The volunteer of the line, or whoever is invited, whose number has one of these keyed hashes."""
    return session.scalars(
        select(Volunteer).where(
            Volunteer.line == line, Volunteer.number_key.in_(number_keys), Volunteer.state.in_(THERE)
        )
    ).one_or_none()


def shifts_by_volunteer(session: Session, volunteer_ids: Iterable[str]) -> dict[str, list[Shift]]:
    """The shifts of these volunteers, by volunteer, in the order in which they were written."""
    found: dict[str, list[Shift]] = {identity: [] for identity in volunteer_ids}
    rows = select(Shift).where(Shift.volunteer_id.in_(found)).order_by(Shift.created_at, Shift.id)
    for row in session.scalars(rows):
        found[row.volunteer_id].append(row)
    return found


def shifts_of(session: Session, volunteer_id: str) -> list[Shift]:
    """The shifts of one volunteer, in the order in which they were written."""
    return shifts_by_volunteer(session, [volunteer_id])[volunteer_id]


def forget_shifts(session: Session, volunteer_id: str) -> None:
    """Remove all shifts of a volunteer who leaves, with their times that were planned."""
    session.execute(delete(ShiftOccurrence).where(ShiftOccurrence.volunteer_id == volunteer_id))
    session.execute(delete(Shift).where(Shift.volunteer_id == volunteer_id))


def forget_links(session: Session, volunteer_id: str) -> None:
    """No link to their pages opens any more."""
    session.execute(delete(VolunteerLink).where(VolunteerLink.volunteer_id == volunteer_id))


def as_rule(row: Shift) -> shifts.ShiftRule:
    """The row as the rules read it. Raises BadShift or UnknownZone when somebody changed it by hand."""
    return shifts.read(
        row.rule, row.starts_on, row.starts_at, row.minutes, row.time_zone, row.days_off, row.extra_days, row.channels
    )
