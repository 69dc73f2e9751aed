"""What somebody sent turned out to hold nothing that can be heard or seen: they are told so, once, and how to go on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from checkin.contacts import blocked
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.messages import service as messages
from checkin.messages.models import Message

KIND = "unread"
MOST = 3
"""So many of these a day to one contact: a phone that answers by itself may send something each time."""


def tell(uow: UnitOfWork, contact: Contact, words: str) -> bool:
    """Text the contact this sentence of words.yaml, if a text may reach them. Answers whether they are told."""
    if not contacts.takes_texts(uow, contact) or blocked.is_blocked(uow, contact):
        return False
    told = select(func.count()).where(
        Message.contact_id == contact.id, Message.kind == KIND, Message.created_at > uow.now - timedelta(days=1)
    )
    if (uow.session.scalar(told) or 0) >= MOST:
        return False
    line = lines.get(uow, contact.line)
    placeholders = {"crisis": line.crisis_number, "emergency": line.emergency_number}
    said = to_contact(uow, contact.line, "sms", contact.language or "", words, **placeholders)
    messages.send(uow, line=contact.line, contact=contact, body=said.text, kind=KIND)
    return True
