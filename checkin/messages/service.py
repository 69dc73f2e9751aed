"""Texts in and out: each is a row before it is anything else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from checkin.contacts.models import Contact
from checkin.core import rate_limits
from checkin.core.unit_of_work import Work
from checkin.delivery import network_opt_outs
from checkin.followups import fates
from checkin.messages.models import Message
from checkin.outbox import outbox
from checkin.telephony.rules import delivery_state, error_codes
from checkin.telephony.rules.arrivals import MessageStatus
from checkin.volunteers import bad_numbers, reach
from checkin.volunteers.models import Volunteer
from flows.words.segments import as_sent, count_segments

STRAY = "receipts that match nothing"
"""Under this name they are counted, for the page Health."""

CARRIED = "whose words the answer carries"
"""Under this name they are known in a transaction that answers a volunteer with what a contact wrote."""

UNSAID = 0
"""The error of a text that was refused without a code."""


def received(
    work: Work,
    *,
    line: str,
    sid: str,
    body: str,
    contact: Contact | None = None,
    volunteer: Volunteer | None = None,
    relay_id: str | None = None,
) -> Message:
    """Keep a text that came. Its `sid` is unique: a second row for it rolls the whole turn back."""
    row = Message(
        id=work.new_id(),
        line=line,
        contact_id=contact.id if contact else None,
        volunteer_id=volunteer.id if volunteer else None,
        relay_id=relay_id,
        inbound=True,
        kind="inbound",
        sid=sid,
        status="received",
        segments=1,  # said here so that it is written in one statement with the texts of the same turn
        created_at=work.now,
    )
    work.vault.encrypt(row, Message.body_encrypted, body, of=contact)
    work.session.add(row)
    if contact is not None:
        work.known[f"text of {contact.id}"] = row.id
    return row


def in_hand(work: Work, contact: Contact) -> str | None:
    """The id of the text of theirs that is being received; None: it is none that this transaction is about."""
    found = work.known.get(f"text of {contact.id}")
    return found if isinstance(found, str) else None


def answered(
    work: Work,
    *,
    line: str,
    sid: str,
    body: str,
    contact: Contact | None = None,
    volunteer: Volunteer | None = None,
    conversation_id: str | None = None,
) -> Message:
    """Keep the answer to the text `sid`. It leaves in the webhook's response, so nothing is left to be sent."""
    about = work.known.get(CARRIED)
    of = about if isinstance(about, Contact) else None
    row = _outgoing(work, line, body, contact, volunteer, kind="reply", conversation_id=conversation_id, of=of)
    row.reply_to = sid
    row.status = "answered"
    return row


def send(
    work: Work,
    *,
    line: str,
    body: str,
    kind: str,
    contact: Contact | None = None,
    volunteer: Volunteer | None = None,
    conversation_id: str | None = None,
    relay_id: str | None = None,
    at: datetime | None = None,
    waits: bool = False,
    of: Contact | None = None,
) -> Message:
    """Write a text that the worker sends at `at` (now). `kind` decides what may stop it (see delivery.texts).

    waits: whatever cannot wait goes before it. of: whose words go to a volunteer in it, and are forgotten with them.
    """
    row = _outgoing(work, line, body, contact, volunteer, kind=kind, conversation_id=conversation_id, of=of)
    row.relay_id = relay_id
    outbox.later(work, "tell_later" if waits else "send_message", row.id, at or work.now)
    return row


def answer_by_worker(work: Work, sid: str) -> Message | None:
    """Have the answer to the text `sid` sent by the worker: no webhook waits for it. None: nothing is answered."""
    row = work.session.scalars(select(Message).where(Message.reply_to == sid, Message.status == "answered")).first()
    if row is not None:
        row.reply_to, row.status = None, "planned"  # should the webhook come after all, it is not answered again
        outbox.later(work, "send_message", row.id, work.now)
    return row


def begin_with(work: Work, row: Message, words: str) -> None:
    """Put a sentence before the words of a text that has not left yet."""
    body = as_sent(f"{words} {body_of(work, row)}")
    work.vault.encrypt(row, Message.body_encrypted, body, of=_owner(work, row))
    row.segments = count_segments(body)


def write(
    work: Work, *, line: str, body: str, kind: str, contact: Contact | None = None, volunteer: Volunteer | None = None
) -> Message:
    """Write a text that somebody else will send: whoever calls this plans what judges it first."""
    return _outgoing(work, line, body, contact, volunteer, kind=kind, conversation_id=None)


def status(work: Work, message_id: str, arrived: MessageStatus) -> None:
    """A receipt. Status only moves forward; an unknown one changes nothing, one for an unknown message is counted."""
    _receipt(work, Message.id == message_id, arrived)


def answer_status(work: Work, sid: str, arrived: MessageStatus) -> None:
    """A receipt for our answer to the text `sid`, which had no address of its own when it left."""
    _receipt(work, Message.reply_to == sid, arrived)


def _receipt(work: Work, which: ColumnElement[bool], arrived: MessageStatus) -> None:
    row = network_opt_outs.message(work, which, arrived.status)
    if row is None:
        rate_limits.count(work, STRAY, "texts", rate_limits.LONG)
    elif not row.inbound:
        fared(work, row, arrived)


def fared(work: Work, row: Message, arrived: MessageStatus) -> None:
    """How a text of ours stands, from a receipt or from the network's log."""
    before, row.status = row.status, delivery_state.forward(row.status, arrived.status)
    if arrived.status == "sent" and (row.status != before or row.sent_at is None):
        row.sent_at = work.now  # from here on the wait for an answer counts
    row.sid = row.sid or arrived.sid
    arrives = row.status in delivery_state.ARRIVED and before not in delivery_state.ARRIVED
    if arrives and row.volunteer_id is not None and row.kind == "alert":
        reach.delivered(work, row.volunteer_id)
    if row.kind == "follow_up" and row.status != before:
        fates.resolved(work, row, left=True)
    if arrived.error_code is not None:
        failed(work, row, arrived.error_code)
    if row.status != before and row.status in delivery_state.LOST:
        lost(work, row)


def failed(work: Work, row: Message, code: int) -> None:
    """What an error of the network means for the one we wrote to. The same one told again means nothing new."""
    if row.error_code == code:
        return
    row.error_code = code
    if row.volunteer_id is not None:
        _failed_for_volunteer(work, work.session.get_one(Volunteer, row.volunteer_id), code)
    contact = work.session.get(Contact, row.contact_id) if row.contact_id else None
    if contact is not None and error_codes.is_opt_out(code):
        network_opt_outs.opted_out(work, contact)  # before anything else; the rest follows (services.text_failures)
    outbox.later(work, "text_failed", row.id, work.now, unique_key=f"text_failed:{row.id}:{code}")


def _failed_for_volunteer(work: Work, volunteer: Volunteer, code: int) -> None:
    """Whoever opted out at the network gets no texts; a phone for texts alone that takes none is counted."""
    found = error_codes.meaning(code)
    reach.text_failed(work, volunteer, code)
    if error_codes.is_opt_out(code):
        network_opt_outs.stopped(work, volunteer)
    elif found is not None and found.kind == "bad_number" and "voice" not in volunteer.channels:
        bad_numbers.failed(work, volunteer)


def lost(work: Work, row: Message) -> None:
    """A text of ours did not arrive, or nobody knows that it did. Somebody may wait for an answer to it."""
    if row.kind == "relay":
        outbox.later(work, "relay_lost", row.id, work.now)


def body_of(work: Work, row: Message) -> str:
    """The words of a message; empty once they were blanked."""
    return work.vault.decrypt(row, Message.body_encrypted)


def said(work: Work, answer: Message | None) -> str:
    """The words of an answer that was given before; empty: there was none."""
    return body_of(work, answer) if answer is not None else ""


def _owner(work: Work, row: Message) -> Contact | None:
    return work.session.get(Contact, row.contact_id) if row.contact_id is not None else None


def _outgoing(
    work: Work,
    line: str,
    body: str,
    contact: Contact | None,
    volunteer: Volunteer | None,
    *,
    kind: str,
    conversation_id: str | None,
    of: Contact | None = None,
) -> Message:
    body = as_sent(body)
    row = Message(
        id=work.new_id(),
        line=line,
        contact_id=contact.id if contact else None,
        volunteer_id=volunteer.id if volunteer else None,
        conversation_id=conversation_id,
        inbound=False,
        kind=kind,
        status="planned",
        segments=count_segments(body),
        created_at=work.now,
    )
    work.vault.encrypt(row, Message.body_encrypted, body, of=contact or of)
    work.session.add(row)
    return row
