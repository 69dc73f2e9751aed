"""Inviting somebody to volunteer: a text that says what it means, and their yes before anything else."""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import select

from checkin.contacts.models import Consent, Contact
from checkin.core import audit, lines
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules import phone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import Offered
from checkin.volunteers.queries import leads
from flows.words.folding import clean, fold

VOLUNTEERING = "volunteering"
"""The name under which a volunteer's yes or no stands in the ledger."""

ON_PAPER = "Their yes to be rung and texted for the line was given outside of it, and written down by an organizer."

YES = frozenset({"yes", "y", "si", "s"})
NO = frozenset({"no", "n"})


def take_on(
    uow: UnitOfWork, line: str, name: str, number: str, offered: Offered, by: str, *, agreed: bool
) -> Volunteer:
    """A new volunteer. agreed: an organizer has their yes, and it is noted; otherwise they are asked for it by text.

    Until they say yes they are neither rung nor offered anything. Raises UserError, and NoSuchLine.
    """
    volunteer = volunteers.add(uow, line, name, number, offered, by)
    if agreed:
        agreed_on_paper(uow, volunteer)
    else:
        invite(uow, volunteer)
    return volunteer


def agreed_on_paper(uow: UnitOfWork, volunteer: Volunteer, wording: str = ON_PAPER, source: str | None = None) -> None:
    """An organizer has their yes, given outside of the line."""
    _record(uow, volunteer, given=True, wording=wording, channel="paper", source=source)


def invite(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """Ask them for their yes by text. Raises UserError for whom no such text may reach."""
    if not phone.can_text(volunteers.number_of(uow, volunteer)):
        raise UserError("their phone can't receive texts: ask them in person", code="no_invitation")
    if volunteer.stopped_at is not None or opted_out(uow, volunteer):
        raise UserError("they texted STOP to this line: you can invite them once they text START")
    volunteer.state = "invited"
    messages.send(uow, line=volunteer.line, volunteer=volunteer, body=wording(uow, volunteer), kind="invitation")


def answered(uow: UnitOfWork, volunteer: Volunteer, body: str, sid: str) -> str | None:
    """The answer of somebody who is invited, and what they are told. None: their text is no answer to that."""
    folded = fold(clean(body))
    if folded in YES | NO:
        return _said(uow, volunteer, given=folded in YES, sid=sid)
    return None


def stopped(uow: UnitOfWork, volunteer: Volunteer, sid: str) -> None:
    """STOP is a no as well. What it means for texts is kept elsewhere, with the contact who said it."""
    _said(uow, volunteer, given=False, sid=sid)


def _said(uow: UnitOfWork, volunteer: Volunteer, *, given: bool, sid: str) -> str:
    """Keep a yes or no with the words that were shown. After a no their name and number go."""
    _record(uow, volunteer, given=given, wording=wording(uow, volunteer), channel="sms", source=sid)
    name = volunteers.name_of(uow, volunteer)
    said = say(
        uow,
        volunteer,
        "invitations.agreed" if given else "invitations.refused",
        line=lines.get(uow, volunteer.line).name,
    )
    answered = AuditAction.AGREED_TO_VOLUNTEER if given else AuditAction.REFUSED_TO_VOLUNTEER
    audit.write(uow, "the volunteer", answered, volunteer.id)
    if given:
        volunteer.state = "active"
    else:
        volunteers.erase(uow, volunteer)
    for lead in leads(uow.session, volunteer.line):
        if lead.id != volunteer.id:
            words = say(uow, lead, "invitations.told_agreed" if given else "invitations.told_refused", name=name)
            messages.send(uow, line=lead.line, volunteer=lead, body=words, kind="notice")
    return said


def wording(uow: UnitOfWork, volunteer: Volunteer) -> str:
    """The words of the invitation, as they are texted and as they stand in the ledger."""
    return say(uow, volunteer, "invitations.invitation", line=lines.get(uow, volunteer.line).name)


def opted_out(uow: UnitOfWork, volunteer: Volunteer) -> bool:
    """Whether their number has said STOP to this line, as somebody who texts it."""
    known = select(Contact.opted_out_at).where(
        Contact.line == volunteer.line, Contact.number_key == volunteer.number_key
    )
    return uow.session.scalar(known) is not None


def _record(
    uow: UnitOfWork, volunteer: Volunteer, *, given: bool, wording: str, channel: str, source: str | None
) -> None:
    uow.session.add(
        Consent(
            id=uow.new_id(),
            line=volunteer.line,
            number_key=volunteer.number_key,
            name=VOLUNTEERING,
            given=given,
            wording=wording,
            wording_version=sha256(wording.encode()).hexdigest(),
            channel=channel,
            source=source,
            at=uow.now,
        )
    )
