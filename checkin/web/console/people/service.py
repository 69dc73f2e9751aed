"""What organizers do about a contact at the console: find by number, reveal a number, forget. All of it is audited."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from checkin.accounts.page_sessions import CurrentUser
from checkin.compliance import consent
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import audit, rate_limits
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber, parse
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Conversation

LEAST_REASON = 5
MOST_REASON = 200
REVEALS_A_DAY = 20
"""Numbers that one organizer may see in a day: more is a reason to ask why."""


def with_number(uow: UnitOfWork, line: str, typed: str, who: CurrentUser) -> str | None:
    """The id of the contact with the number that somebody typed; None for a number that is unknown, or is none. Where
    only calls showed it, for which nobody vouched, the newest of them.

    That it was looked for is written down, also when nothing was found: so it is no UserError, which would undo that.
    """
    number = parse(typed)
    keys = contacts.keys_of(uow, line, number) if isinstance(number, PhoneNumber) else []
    theirs = Contact.line == line, or_(Contact.number_key.in_(keys), Contact.shown_key.in_(keys))
    known_first = Contact.number_key.is_(None), Contact.created_at.desc()
    found = uow.session.scalars(select(Contact).where(*theirs).order_by(*known_first).limit(1)).first()
    audit.write(uow, who.by, AuditAction.LOOKED_FOR_NUMBER, found.id if found else "nobody")
    return found.id if found else None


def reveal(uow: UnitOfWork, contact: Contact, reason: str, who: CurrentUser) -> str:
    """Their number, for whoever says why they must see it. UserError: no reason, no number, too many in a day."""
    said = " ".join(reason.split())
    if not LEAST_REASON <= len(said) <= MOST_REASON:
        raise UserError(
            "say why you need to see it, in %(least)s to %(most)s characters", least=LEAST_REASON, most=MOST_REASON
        )
    number = contacts.number_of(uow, contact)
    if number is None:
        raise UserError("we don't have their number")
    if rate_limits.count(uow, "numbers seen by", who.id, rate_limits.DAY) > REVEALS_A_DAY:
        raise UserError("you've viewed %(count)s numbers today: ask an organizer lead", count=REVEALS_A_DAY)
    audit.write(uow, who.by, AuditAction.SAW_NUMBER, contact.id, after=said)
    return number.e164


def forget(uow: UnitOfWork, contact: Contact, reason: str, who: CurrentUser) -> None:
    """Erase them, as FORGET by text does, with every call that showed their number; their open talks end.

    Raises UserError without a reason.
    """
    said = " ".join(reason.split())
    if not LEAST_REASON <= len(said) <= MOST_REASON:
        raise UserError(
            "say why, in %(least)s to %(most)s characters: it's saved, so don't name anyone",
            least=LEAST_REASON,
            most=MOST_REASON,
        )
    changed(
        uow.session,
        update(Conversation)
        .where(Conversation.contact_id == contact.id, Conversation.ended_at.is_(None))
        .values(ended_at=uow.now, outcome="forgotten", updated_at=uow.now),
    )
    for call in consent.calls_that_showed(uow, contact.line, contact.shown_key):
        if call.id != contact.id:
            consent.forget_contact(uow, call)
    consent.forget_contact(uow, contact)
    audit.write(uow, who.by, AuditAction.FORGOT_CONTACT, contact.id, after=said)
