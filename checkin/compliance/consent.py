"""Yes and no: what a contact agreed to, STOP and START, and being forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from checkin.cases.models import Case, CaseNote
from checkin.compliance.models import Erasure
from checkin.compliance.retention import forgotten
from checkin.contacts import blocked
from checkin.contacts import service as contacts
from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.core.statements import changed, insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.messages import pictures
from checkin.messages.models import Conversation, Message, Recording
from checkin.relays import service as relays
from checkin.relays.models import Relay
from checkin.stories import recordings
from checkin.stories.models import Listen, ListenerReaction
from checkin.stories.tellers import withdrawal, yearly_consent

if TYPE_CHECKING:
    from checkin.messages.active_conversation import ActiveConversation

TEXTS = "texts"
"""The name under which STOP and START stand in the ledger."""

MOVED_IN = "moved in"
"""How a yes or no reached us that stood in a table of another system (checkin.moving)."""


def record(uow: UnitOfWork, talk: ActiveConversation, name: str, *, given: bool, wording: str) -> None:
    """A yes or no to something, with the words that were shown. A no cancels what was planned on that yes."""
    contacts.record_consent(
        uow,
        talk.contact,
        name,
        given=given,
        wording=wording,
        version=talk.position.flow_hash,
        channel=talk.conversation.channel,
        source=talk.source,
    )
    if not given and name != TEXTS:  # whoever leaves altogether has everything canceled
        _taken_back(uow, talk.contact, name)
    elif given and name == yearly_consent.CONSENT:
        yearly_consent.renewed(uow, talk.contact)


def opt_out(uow: UnitOfWork, talk: ActiveConversation, wording: str) -> None:
    """STOP: before anything else. Nothing is sent any more, nothing planned is kept, an open text relay ends."""
    contact = talk.contact
    contact.opted_out_by = None
    if contact.opted_out_at is None:
        contact.opted_out_at = uow.now
        uow.session.flush()  # from here on whoever is about to write to them, or to promise them more, waits for us
    record(uow, talk, TEXTS, given=False, wording=wording)
    _left(uow, contact)


def opt_in(uow: UnitOfWork, talk: ActiveConversation, wording: str) -> None:
    """START: texts may come again. What was planned before stays canceled."""
    talk.contact.opted_out_at = talk.contact.opted_out_by = None
    record(uow, talk, TEXTS, given=True, wording=wording)


def played_back(uow: UnitOfWork, contact: Contact, name: str, *, given: bool, at: datetime) -> None:
    """What they said `at`, and a restored backup does not know, holds again as if it did (erasures.replay_words)."""
    contacts.record_consent(
        uow, contact, name, given=given, wording="Played back after a backup was restored.", version="erasures",
        channel="file", source=None, at=at,
    )  # fmt: skip
    if name != TEXTS:
        _taken_back(uow, contact, name)
        return
    contact.opted_out_at, contact.opted_out_by = (None if given else at), None
    if not given:
        _left(uow, contact)


def stopped_elsewhere(
    uow: UnitOfWork, contact: Contact, *, wording: str, source: str, at: datetime | None = None
) -> None:
    """They said STOP to another system (`at`, where it is known): it holds here as if they had said it to us."""
    contact.opted_out_at, contact.opted_out_by = at or uow.now, None
    uow.session.flush()
    contacts.record_consent(
        uow, contact, TEXTS, given=False, wording=wording, version=MOVED_IN, channel=MOVED_IN, source=source, at=at
    )
    _left(uow, contact)


def taken_back_elsewhere(uow: UnitOfWork, contact: Contact, name: str, *, wording: str, source: str) -> None:
    """A yes that was moved in holds no more: the table that it stood in was undone."""
    contacts.record_consent(
        uow, contact, name, given=False, wording=wording, version=MOVED_IN, channel=MOVED_IN, source=source
    )
    _taken_back(uow, contact, name)


def _left(uow: UnitOfWork, contact: Contact) -> None:
    follow_ups.cancel(uow, contact, "opted out")
    relays.contact_left(uow, contact)


def _taken_back(uow: UnitOfWork, contact: Contact, name: str) -> None:
    follow_ups.cancel_without_consent(uow, contact)
    withdrawal.no_longer_agreed(uow, contact, name)


def forget(uow: UnitOfWork, talk: ActiveConversation) -> None:
    """They asked for it in the talk that they are in, which ends by itself: see `forget_contact`."""
    forget_contact(uow, talk.contact)


def forget_contact(uow: UnitOfWork, contact: Contact) -> None:
    """Erase a contact: numbers, words and recordings, here and (by the worker) at the network.

    What stays is a row without anything of them, so that counts still add up, the ledger as a keyed hash, and the
    opt-out, or a block that holds, by that same hash.
    """
    if contact.number_key is not None:
        opted_out = contact.opted_out_at is not None
        note_erasure(uow, contact.line, contact.number_key, opted_out=opted_out, at=uow.now)
    for call in calls_that_showed(uow, contact.line, contact.number_key):
        forget_contact(uow, call)
    follow_ups.cancel(uow, contact, "forgotten")
    relays.contact_left(uow, contact)
    withdrawal.all_of(uow, contact)
    for recording_id in uow.session.scalars(select(Recording.id).where(Recording.contact_id == contact.id)):
        recordings.forget(uow, recording_id)
    pictures.forget_of(uow, contact)
    _blank(uow, contact)
    _destroy_key(uow, contact)
    forgotten.plan(uow, contact)
    if contact.opted_out_at is None and not blocked.is_blocked(uow, contact):
        contact.number_key = contact.shown_key = None
    contact.number_encrypted = contact.name_encrypted = contact.kept_encrypted = contact.last_text_key = None
    contact.alias, contact.tags, contact.consents = "Forgotten", [], []
    contact.language = contact.time_zone = contact.hours = contact.asked_at = None


def calls_that_showed(uow: UnitOfWork, line: str, number_key: bytes | None) -> Sequence[Contact]:
    """Whoever called with this number, and nobody vouched for it: it may have been its owner."""
    if number_key is None:
        return ()
    shown = (Contact.line == line) & (Contact.shown_key == number_key)
    return uow.session.scalars(select(Contact).where(shown)).all()


def _destroy_key(uow: UnitOfWork, contact: Contact) -> None:
    """So that a copy of the database tells nothing of them, either. A talk that still goes on is written anew."""
    talks = uow.session.scalars(
        select(Conversation).where(Conversation.contact_id == contact.id, Conversation.ended_at.is_(None))
    ).all()
    columns = (Conversation.position_encrypted, Conversation.reply_encrypted)
    kept = [(talk, column, uow.vault.decrypt(talk, column)) for talk in talks for column in columns]
    uow.vault.destroy(contact)
    for talk, column, words in kept:
        if words:
            uow.vault.encrypt(talk, column, words, of=contact)
        elif column is Conversation.position_encrypted:
            talk.ended_at, talk.outcome = uow.now, "forgotten"  # a restored one, whose key was destroyed long ago


def note_erasure(uow: UnitOfWork, line: str, number_key: bytes, *, opted_out: bool, at: datetime) -> None:
    """Somebody was forgotten `at`, for a backup that comes back one day (compliance.erasures). The last one counts."""
    values = {"opted_out": opted_out, "at": at}
    if not insert_new(uow.session, Erasure, [{"line": line, "number_key": number_key, **values}]):
        mine = (Erasure.line == line) & (Erasure.number_key == number_key) & (Erasure.at <= at)
        uow.session.execute(update(Erasure).where(mine).values(**values))


def _blank(uow: UnitOfWork, contact: Contact) -> None:
    """Take the words out of every row that is about them, and of what carried them to a volunteer."""
    uow.session.flush()
    joined = select(Relay.id).where(Relay.contact_id == contact.id)
    theirs = select(Case.id).where(Case.contact_id == contact.id)
    blanked = (
        update(Message).where(Message.contact_id == contact.id).values(body_encrypted=None),
        update(Message).where(Message.relay_id.in_(joined), Message.kind == "relay").values(body_encrypted=None),
        update(Case).where(Case.contact_id == contact.id).values(words_encrypted=None),
        update(CaseNote).where(CaseNote.case_id.in_(theirs)).values(words_encrypted=None),
        update(Consent).where(Consent.contact_id == contact.id).values(contact_id=None),
        update(Listen).where(Listen.contact_id == contact.id).values(contact_id=None),
        update(ListenerReaction).where(ListenerReaction.contact_id == contact.id).values(contact_id=None),
        update(Conversation)
        .where(Conversation.contact_id == contact.id, Conversation.ended_at.is_not(None))
        .values(position_encrypted=b"", reply_encrypted=None),
        delete(CheckIn).where(CheckIn.contact_id == contact.id),
    )
    for statement in blanked:
        changed(uow.session, statement)
