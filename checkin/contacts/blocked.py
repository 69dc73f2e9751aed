"""Whoever is blocked is not joined with anybody, and still hears and reads where help is in a crisis."""

from __future__ import annotations

from sqlalchemy import exists, or_, select

from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from flows.engine.effects import HangUp, Say
from flows.model.text import Channel


def is_blocked(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether a block holds at this moment; time alone ends it."""
    return contact.blocked_until is not None and contact.blocked_until > uow.now


def is_refused(uow: UnitOfWork, contact: Contact) -> bool:
    """The same, or a block of the number that their call showed: nobody is rung for them, and they hear nothing of it,
    since whoever only claims a number is not to learn that it is blocked."""
    if contact.shown_key is None or is_blocked(uow, contact):
        return is_blocked(uow, contact)
    theirs = or_(Contact.number_key == contact.shown_key, Contact.shown_key == contact.shown_key)
    held = exists().where(Contact.line == contact.line, theirs, Contact.blocked_until > uow.now)
    return bool(uow.session.scalar(select(held)))


def words(uow: UnitOfWork, contact: Contact, channel: Channel) -> Say:
    """That we do not answer them now, and where somebody does at any hour."""
    line = lines.get(uow, contact.line)
    placeholders = {"name": line.name, "crisis": line.crisis_number, "emergency": line.emergency_number}
    return to_contact(uow, contact.line, channel, contact.language or "", "blocked", **placeholders)


def on_call(uow: UnitOfWork, contact: Contact) -> Reply:
    """What a blocked contact hears; then the call ends."""
    return Reply((words(uow, contact, "voice"), HangUp()))
