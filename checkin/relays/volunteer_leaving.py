"""A volunteer leaves the team: not while they are with a contact, or their phone rings for one."""

from __future__ import annotations

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import queries as relay_queries
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer


def remove(uow: UnitOfWork, volunteer: Volunteer, by: str) -> None:
    """Their name, number and shifts go at once; what they did stays counted, under nobody's name. Raises UserError."""
    if relay_queries.in_a_relay(uow.session, volunteer.id):
        raise UserError(
            "%(name)s is in a conversation, or their phone is ringing: try again when it's over",
            name=volunteers.name_of(uow, volunteer),
        )
    volunteers.erase(uow, volunteer)
    audit.write(uow, by, AuditAction.REMOVED_VOLUNTEER, volunteer.id)
