"""Inviting the volunteers that an import brought in: only when an organizer asks for it, and each once."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from checkin.compliance.models import MovedRow, MoveIn
from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.volunteers import invitations
from checkin.volunteers.models import Volunteer


@dataclass(frozen=True)
class InvitedVolunteers:
    """How many were asked, and how many no such text may reach."""

    asked: int
    left: int


def to_invite(uow: UnitOfWork, move_in: MoveIn) -> list[Volunteer]:
    """Volunteers that it brought in who have neither agreed nor been asked."""
    theirs = select(MovedRow.about).where(MovedRow.move_in_id == move_in.id, MovedRow.what == "volunteer")
    asked = exists().where(Message.volunteer_id == Volunteer.id, Message.kind == "invitation")
    waiting = select(Volunteer).where(Volunteer.id.in_(theirs), Volunteer.state == "invited", ~asked)
    return list(uow.session.scalars(waiting.order_by(Volunteer.created_at, Volunteer.id)))


def invite(uow: UnitOfWork, move_in: MoveIn, by: str) -> InvitedVolunteers:
    """Ask them by text now."""
    asked = left = 0
    for volunteer in to_invite(uow, move_in):
        try:
            invitations.invite(uow, volunteer)
            asked += 1
        except UserError:
            left += 1
    audit.write(uow, by, AuditAction.INVITED_MOVED_IN, move_in.id, after=f"asked {asked}, left out {left}")
    return InvitedVolunteers(asked, left)
