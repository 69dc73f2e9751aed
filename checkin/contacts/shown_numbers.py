"""Numbers that a call only showed, with nobody to vouch for them: whose they may be, and if they may be written to."""

from __future__ import annotations

from sqlalchemy import exists, select

from checkin.contacts import service as contacts
from checkin.contacts.models import NETWORK, Contact
from checkin.contacts.service import NoTexts
from checkin.core.rules.phone import PhoneNumber
from checkin.core.unit_of_work import UnitOfWork


def show_number(uow: UnitOfWork, contact: Contact, number: PhoneNumber) -> None:
    """This call shows a number, and nobody vouches for it."""
    uow.vault.encrypt(contact, Contact.number_encrypted, number.e164, of=contact)
    contact.shown_key = contacts.key_of(uow, contact.line, number)


def no_texts(uow: UnitOfWork, contact: Contact) -> NoTexts | None:
    """Why a person of the team cannot answer them by text; None: they can. What its owner said of a number holds."""
    known = contacts.owner_of(uow, contact)
    return contacts.no_texts_to(uow, contact if known is None else known)


def who_reads(uow: UnitOfWork, contact: Contact) -> Contact:
    """Whose a text to this contact is, and the answer to it: the owner of the number, as somebody who texts."""
    number = contacts.number_of(uow, contact)
    if contact.shown_key is None or number is None:
        return contact
    return contacts.owner_of(uow, contact) or contacts.new(uow, contact.line, number)


def has_left(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether the owner of the number that this contact showed has said STOP, to us or to the network."""
    if contact.shown_key is None:
        return False
    theirs = (Contact.number_key == contact.shown_key) & Contact.opted_out_at.is_not(None)
    network = (Contact.shown_key == contact.shown_key) & (Contact.opted_out_by == NETWORK)
    return bool(uow.session.scalar(select(exists().where(Contact.line == contact.line, theirs | network))))
