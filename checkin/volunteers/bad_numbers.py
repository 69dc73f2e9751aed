"""A volunteer's phone that can't be reached time and again is left out."""

from __future__ import annotations

from sqlalchemy import update

from checkin.core.statements import returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.volunteers.models import Volunteer


def on_failed(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Count one more call or text that their number could not take. Matching leaves out whoever reaches the limit."""
    count = returned(
        uow.session,
        update(Volunteer)
        .where(Volunteer.id == volunteer.id)
        .values(failures=Volunteer.failures + 1)
        .returning(Volunteer.failures),
    ).scalar()
    uow.session.refresh(volunteer, ["failures"])
    if count == uow.policy(volunteer.line).bad_number_after:
        outbox.later(uow, "bad_number", volunteer.id, uow.now)


def on_reached(volunteer: Volunteer) -> None:
    """They were reached after all: the count begins anew."""
    if volunteer.failures:
        volunteer.failures = 0
