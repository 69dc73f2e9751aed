"""Texts in and out: each is a row before it is anything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import HasId
from checkin.messages.models import Message
from checkin.outbox import outbox
from flows.words.segments import as_sent, count_segments

CARRIED = "whose words the answer carries"
"""Under this name they are known in a transaction that answers a volunteer with what a contact wrote."""


def keep_received(
    uow: UnitOfWork,
    *,
    line: str,
    sid: str,
    body: str,
    contact: Contact | None = None,
    volunteer: HasId | None = None,
    relay_id: str | None = None,
) -> Message:
    """Keep a text that came. Its `sid` is unique: a second row for it rolls the whole turn back."""
    row = Message(
        id=uow.new_id(),
        line=line,
        contact_id=contact.id if contact else None,
        volunteer_id=volunteer.id if volunteer else None,
        relay_id=relay_id,
        inbound=True,
        kind="inbound",
        sid=sid,
        status="received",
        segments=1,  # said here so that it is written in one statement with the texts of the same turn
        created_at=uow.now,
    )
    uow.vault.encrypt(row, Message.body_encrypted, body, of=contact)
    uow.session.add(row)
    if contact is not None:
        uow.known[f"text of {contact.id}"] = row.id
    return row


def in_hand(uow: UnitOfWork, contact: Contact) -> str | None:
    """The id of the text of theirs that is being received; None: it is none that this transaction is about."""
    found = uow.known.get(f"text of {contact.id}")
    return found if isinstance(found, str) else None


def keep_answer(
    uow: UnitOfWork,
    *,
    line: str,
    sid: str,
    body: str,
    contact: Contact | None = None,
    volunteer: HasId | None = None,
    conversation_id: str | None = None,
) -> Message:
    """Keep the answer to the text `sid`. It leaves in the webhook's response, so nothing is left to be sent."""
    about = uow.known.get(CARRIED)
    of = about if isinstance(about, Contact) else None
    row = _outgoing(uow, line, body, contact, volunteer, kind="reply", conversation_id=conversation_id, of=of)
    row.reply_to = sid
    row.status = "answered"
    return row


def send(
    uow: UnitOfWork,
    *,
    line: str,
    body: str,
    kind: str,
    contact: Contact | None = None,
    volunteer: HasId | None = None,
    conversation_id: str | None = None,
    relay_id: str | None = None,
    at: datetime | None = None,
    waits: bool = False,
    of: Contact | None = None,
) -> Message:
    """Write a text that the worker sends at `at` (now). `kind` decides what may stop it (see delivery.texts).

    waits: whatever cannot wait goes before it. of: whose words go to a volunteer in it, and are forgotten with them.
    """
    row = _outgoing(uow, line, body, contact, volunteer, kind=kind, conversation_id=conversation_id, of=of)
    row.relay_id = relay_id
    outbox.later(uow, "tell_later" if waits else "send_message", row.id, at or uow.now)
    return row


def answer_by_worker(uow: UnitOfWork, sid: str) -> Message | None:
    """Have the answer to the text `sid` sent by the worker: no webhook waits for it. None: nothing is answered."""
    row = uow.session.scalars(select(Message).where(Message.reply_to == sid, Message.status == "answered")).first()
    if row is not None:
        row.reply_to, row.status = None, "planned"  # should the webhook come after all, it is not answered again
        outbox.later(uow, "send_message", row.id, uow.now)
    return row


def begin_with(uow: UnitOfWork, row: Message, words: str) -> None:
    """Put a sentence before the words of a text that has not left yet."""
    body = as_sent(f"{words} {body_of(uow, row)}")
    uow.vault.encrypt(row, Message.body_encrypted, body, of=_owner(uow, row))
    row.segments = count_segments(body)


def write(
    uow: UnitOfWork, *, line: str, body: str, kind: str, contact: Contact | None = None, volunteer: HasId | None = None
) -> Message:
    """Write a text that somebody else will send: whoever calls this plans what judges it first."""
    return _outgoing(uow, line, body, contact, volunteer, kind=kind, conversation_id=None)


def body_of(uow: UnitOfWork, row: Message) -> str:
    """The words of a message; empty once they were blanked."""
    return uow.vault.decrypt(row, Message.body_encrypted)


def words_of_answer(uow: UnitOfWork, answer: Message | None) -> str:
    """The words of an answer that was given before; empty: there was none."""
    return body_of(uow, answer) if answer is not None else ""


def _owner(uow: UnitOfWork, row: Message) -> Contact | None:
    return uow.session.get(Contact, row.contact_id) if row.contact_id is not None else None


def _outgoing(
    uow: UnitOfWork,
    line: str,
    body: str,
    contact: Contact | None,
    volunteer: HasId | None,
    *,
    kind: str,
    conversation_id: str | None,
    of: Contact | None = None,
) -> Message:
    body = as_sent(body)
    row = Message(
        id=uow.new_id(),
        line=line,
        contact_id=contact.id if contact else None,
        volunteer_id=volunteer.id if volunteer else None,
        conversation_id=conversation_id,
        inbound=False,
        kind=kind,
        status="planned",
        segments=count_segments(body),
        created_at=uow.now,
    )
    uow.vault.encrypt(row, Message.body_encrypted, body, of=contact or of)
    uow.session.add(row)
    return row
