"""Conversations as they stand, and when something we wrote really left: one statement each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.messages.models import Conversation, Message


def last_sent(session: Session, contact_id: str, since: datetime) -> datetime | None:
    """When the network sent the newest text to this contact that was written from `since` on; None if none left yet."""
    return session.scalar(
        select(func.max(Message.sent_at)).where(
            Message.contact_id == contact_id, Message.inbound.is_(False), Message.created_at >= since
        )
    )


def call_in_progress(session: Session, call_sid: str) -> tuple[Conversation, Contact] | None:
    """The conversation of a call, with its contact."""
    row = session.execute(
        select(Conversation, Contact)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.call_sid == call_sid)
    ).first()
    return None if row is None else (row[0], row[1])


def conversation_with_contact(session: Session, conversation_id: str) -> tuple[Conversation, Contact] | None:
    """A conversation by its id, with its contact."""
    row = session.execute(
        select(Conversation, Contact)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Conversation.id == conversation_id)
    ).first()
    return None if row is None else (row[0], row[1])


def open_text(session: Session, contact_id: str) -> Conversation | None:
    """The contact's open conversation by text."""
    return session.scalars(select(Conversation).where(Conversation.contact_id == contact_id, is_open_text())).first()


def is_open_text() -> ColumnElement[bool]:
    """Whether a conversation is by text and goes on."""
    return and_(Conversation.channel == "sms", Conversation.ended_at.is_(None))
