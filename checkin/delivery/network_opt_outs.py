"""What the network concluded about somebody: that they opted out, or that texts do not reach them.

It is a conclusion, and no word of theirs: the next text that they send, or a receipt that one of ours arrived, lifts
it; an opt-out only one that was written after it, for a receipt may be late, or sent again by whoever has seen it. What
they said to us themselves (STOP) only they take back (START).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from checkin.contacts.models import NETWORK, Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message
from checkin.telephony.rules import delivery_state
from checkin.volunteers import reach
from checkin.volunteers.models import Volunteer


def opted_out(uow: UnitOfWork, contact: Contact) -> None:
    """The network sends them nothing: neither do we. What they said themselves stays theirs."""
    if contact.opted_out_at is None:
        contact.opted_out_at, contact.opted_out_by = uow.now, NETWORK


def stopped(uow: UnitOfWork, volunteer: Volunteer) -> None:
    """The same of a volunteer."""
    if volunteer.stopped_at is None:
        volunteer.stopped_at, volunteer.stopped_by = uow.now, NETWORK


def wrote(contact: Contact) -> None:
    """A text of theirs reached us. If it says STOP, that is obeyed after this, as their own word."""
    contact.unreachable_at = None
    if contact.opted_out_by == NETWORK:
        contact.opted_out_at = contact.opted_out_by = None


def volunteer_wrote(volunteer: Volunteer) -> None:
    """The same of a volunteer."""
    if volunteer.stopped_by == NETWORK:
        volunteer.stopped_at = volunteer.stopped_by = None


def message(uow: UnitOfWork, which: ColumnElement[bool], status: str) -> Message | None:
    """The text of ours that a receipt is about. One that arrived lifts what was concluded about whoever it reached:
    all of it in one statement, since there hardly ever is something to lift."""
    if status not in delivery_state.ARRIVED:
        return uow.session.scalars(select(Message).where(which)).first()
    found = uow.session.execute(
        select(Message, Contact, Volunteer)
        .outerjoin(Contact, and_(Contact.id == Message.contact_id, _given_up()))
        .outerjoin(Volunteer, and_(Volunteer.id == Message.volunteer_id, _volunteer_given_up()))
        .where(which)
        .limit(1)
    ).first()
    if found is None:
        return None
    row, contact, volunteer = found
    _reached(row, contact, volunteer)
    return row


def reached(uow: UnitOfWork, row: Message) -> None:
    """The network's log says that this text arrived: called while the row does not say so yet."""
    contact = uow.session.get(Contact, row.contact_id) if row.contact_id else None
    volunteer = uow.session.get(Volunteer, row.volunteer_id) if row.volunteer_id else None
    _reached(row, contact, volunteer)


def _reached(row: Message, contact: Contact | None, volunteer: Volunteer | None) -> None:
    if row.status in delivery_state.ARRIVED:
        return  # we knew: the same receipt again, or that it was read, too
    if contact is not None:
        contact.unreachable_at = None
        if contact.opted_out_at is not None and row.created_at > contact.opted_out_at:
            wrote(contact)
    if volunteer is not None:
        if "voice" not in volunteer.channels:
            reach.on_reached(volunteer)
        if volunteer.stopped_at is not None and row.created_at > volunteer.stopped_at:
            volunteer_wrote(volunteer)


def _given_up() -> ColumnElement[bool]:
    return or_(Contact.unreachable_at.is_not(None), Contact.opted_out_by == NETWORK)


def _volunteer_given_up() -> ColumnElement[bool]:
    return or_(Volunteer.stopped_by == NETWORK, Volunteer.failures > 0)
