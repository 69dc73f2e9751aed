"""Contacts: found again by a keyed hash, known to the team by an alias."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import select

from checkin.contacts.models import CheckIn, Consent, Contact
from checkin.contacts.rules import alias
from checkin.core.rules import phone, reply_budget
from checkin.core.rules.phone import PhoneNumber, Withheld, can_text
from checkin.core.unit_of_work import UnitOfWork

DELIVERED_TWICE = timedelta(seconds=2)
"""Within this time the same words are the same text."""
NoTexts = Literal["no number", "stopped", "network", "landline", "elsewhere", "unreachable"]

NAMESAKES = 12
"""So many contacts of a line may be led to one alias before two of them share it."""

NUMBERED_AFTER = 8
"""After so many turns an alias gets a number behind it (checkin.contacts.rules)."""


def aliases(seed: bytes) -> list[str]:
    """The aliases that this seed leads to, the plain one first: Quiet Heron, Quiet Heron 2, ..."""
    return [alias(seed[-32:], NUMBERED_AFTER * nth) for nth in range(NAMESAKES)]  # a newer blind index is longer


def withheld_seed(uow: UnitOfWork, call_sid: str) -> bytes:
    """The seed of a withheld caller's alias: this call's, and no other's."""
    return uow.vault.blind_index("withheld", call_sid)


def key_of(uow: UnitOfWork, line: str, person: PhoneNumber | Withheld) -> bytes:
    """How a contact or volunteer of this line is found again; it says nothing of their number, or address in an app."""
    return keys_of(uow, line, person)[0]


def keys_of(uow: UnitOfWork, line: str, person: PhoneNumber | Withheld) -> list[bytes]:
    """All that such a row may have now, the newest first: there are two while a secret is retired."""
    if isinstance(person, Withheld):
        return uow.vault.blind_indexes(f"sender:{line}", person.sender)
    return uow.vault.blind_indexes(f"number:{line}", person.e164)


def new(uow: UnitOfWork, line: str, number: PhoneNumber | None, namesakes: int = 0, call_sid: str = "") -> Contact:
    """A contact that we have not met. Without a number (withheld) they are nobody's row but this call's.

    namesakes: how many on this line have one of their `aliases` already; they get the next one.
    """
    identity = uow.new_id()
    key = key_of(uow, line, number) if number else None
    names = aliases(key or withheld_seed(uow, call_sid or identity))
    contact = _blank(uow, identity, line, key, names[min(namesakes, len(names) - 1)])
    uow.vault.encrypt(contact, Contact.number_encrypted, number.e164 if number else None, of=contact)
    return contact


def of_sender(uow: UnitOfWork, line: str, key: bytes, namesakes: int) -> Contact:
    """Somebody who writes from where we cannot answer: known again by their address there, without a number of ours."""
    names = aliases(key)
    return _blank(uow, uow.new_id(), line, key, names[min(namesakes, len(names) - 1)])


def unknown(uow: UnitOfWork, line: str, number_key: bytes) -> Contact:
    """A contact of whom the keyed hash is all there is; should they reach us, they are found by it."""
    return _blank(uow, uow.new_id(), line, number_key, aliases(number_key)[0])


def _blank(uow: UnitOfWork, identity: str, line: str, number_key: bytes | None, named: str) -> Contact:
    contact = Contact(
        id=identity,
        line=line,
        number_key=number_key,
        alias=named,
        created_at=uow.now,
        tags=[],
        consents=[],
        unanswered=0,
        replies=0,
        replies_today=0,
        same_texts=0,
    )
    uow.session.add(contact)
    return contact


def number_of(uow: UnitOfWork, contact: Contact) -> PhoneNumber | None:
    """The number, opened: only for the network's sake. None for withheld and erased contacts."""
    number = uow.vault.decrypt(contact, Contact.number_encrypted)
    return PhoneNumber(number) if number else None


def owner_of(uow: UnitOfWork, contact: Contact) -> Contact | None:
    """Whom we know by the number that this contact's call showed, and nobody vouched for; None: nobody."""
    if contact.shown_key is None:
        return None
    mine = (Contact.line == contact.line) & (Contact.number_key == contact.shown_key)
    return uow.session.scalars(select(Contact).where(mine)).one_or_none()


def take_over(uow: UnitOfWork, contact: Contact, other: Contact) -> None:
    """What `other` told us of themselves is this contact's."""
    contact.language = other.language or contact.language
    if name := uow.vault.decrypt(other, Contact.name_encrypted):
        uow.vault.encrypt(contact, Contact.name_encrypted, name, of=contact)
    contact.time_zone, contact.hours = other.time_zone or contact.time_zone, other.hours or contact.hours
    contact.tags = [*contact.tags, *(tag for tag in other.tags if tag not in contact.tags)]
    if variables := kept(uow, other):
        both = json.dumps({**kept(uow, contact), **variables})
        uow.vault.encrypt(contact, Contact.kept_encrypted, both, of=contact)


def elsewhere(uow: UnitOfWork, contact: Contact) -> str | None:
    """Why their number is none that the line begins a text or call to; None: it may, or there is no number.

    Numbers that cost a lot are how strangers make money with whoever writes to them or calls them back.
    """
    number = number_of(uow, contact)
    return phone.dialable(number, uow.policy(contact.line).countries) if number is not None else None


def takes_texts(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether a text to them could arrive and is allowed."""
    return no_texts(uow, contact) in (None, "unreachable")


def no_texts(uow: UnitOfWork, contact: Contact) -> NoTexts | Literal["unproved"] | None:
    """Why they cannot be answered by text; None: they can. (Whom texts did not reach lately is tried all the same.)

    unproved: a call showed the number, and nobody vouched for it: the line writes nothing to it by itself.
    """
    return no_texts_to(uow, contact) if contact.shown_key is None else "unproved"


def number_takes_texts(uow: UnitOfWork, contact: Contact) -> bool:
    """Whether texts could go to this number, as far as this contact's own words and its kind say."""
    return no_texts_to(uow, contact) in (None, "unreachable")


def no_texts_to(uow: UnitOfWork, contact: Contact) -> NoTexts | None:
    """The same of the number alone, however they came by it."""
    number = number_of(uow, contact)
    if number is None:
        return "no number"
    if contact.opted_out_at is not None:
        return "network" if contact.opted_out_by is not None else "stopped"
    if not can_text(number):
        return "landline"
    if phone.dialable(number, uow.policy(contact.line).countries) is not None:
        return "elsewhere"
    return "unreachable" if contact.unreachable_at is not None else None


def kept(uow: UnitOfWork, contact: Contact) -> dict[str, Any]:
    """The variables that flows keep with this contact."""
    variables: dict[str, Any] = json.loads(uow.vault.decrypt(contact, Contact.kept_encrypted) or "{}")
    return variables


def keep(uow: UnitOfWork, contact: Contact, name: str, value: str | int | bool | None, *, history: bool) -> None:
    """Keep one variable; with `history`, also as a dated entry."""
    variables = kept(uow, contact)
    variables[name] = value
    uow.vault.encrypt(contact, Contact.kept_encrypted, json.dumps(variables), of=contact)
    if history and value is not None:
        row = CheckIn(id=uow.new_id(), line=contact.line, contact_id=contact.id, name=name, at=uow.now)
        uow.vault.encrypt(row, CheckIn.value_encrypted, json.dumps(value), of=contact)
        uow.session.add(row)


def heard(uow: UnitOfWork, contact: Contact, number: PhoneNumber | None = None) -> None:
    """They reached us: what slowed down for their silence begins anew, and a number that was let go is kept again."""
    if contact.number_encrypted is None and contact.number_key is not None and number is not None:
        uow.vault.encrypt(contact, Contact.number_encrypted, number.e164, of=contact)
    contact.heard_at = uow.now
    contact.unanswered = 0


def record_consent(
    uow: UnitOfWork,
    contact: Contact,
    name: str,
    *,
    given: bool,
    wording: str,
    version: str,
    channel: str,
    source: str | None,
    at: datetime | None = None,
) -> None:
    """Add a yes or a no to the ledger, and note what holds now with the contact. at: when it was said (now)."""
    uow.session.add(
        Consent(
            id=uow.new_id(),
            line=contact.line,
            contact_id=contact.id,
            number_key=contact.number_key,
            name=name,
            given=given,
            wording=wording[:2000],
            wording_version=version,
            channel=channel,
            source=source,
            at=at or uow.now,
        )
    )
    others = [consent for consent in contact.consents if consent != name]
    contact.consents = [*others, name] if given else others


def is_repeat(uow: UnitOfWork, contact: Contact, body: str) -> bool:
    """Whether they have sent the very same a moment ago: a carrier may deliver one text twice, under two ids."""
    recent = contact.heard_at is not None and uow.now - contact.heard_at <= DELIVERED_TWICE
    return recent and contact.last_text_key == _text_key(uow, contact, body)


def remember_text(uow: UnitOfWork, contact: Contact, body: str) -> None:
    """The next text is compared with this one, which is known by a keyed hash only."""
    contact.last_text_key = _text_key(uow, contact, body)


class Sender(Protocol):
    """A contact or a volunteer, with what is counted of the answers that they got (see Contact)."""

    id: Any
    last_text_key: Any
    replies: Any
    replies_since: Any
    replies_today: Any
    replies_day: Any
    same_texts: Any


def _text_key(uow: UnitOfWork, sender: Sender, body: str) -> bytes:
    """Bound to whoever sent it: equal words of two people are not equal in the database, for whoever has its copy."""
    return uow.vault.blind_index(f"text:{sender.id}", body.strip().casefold())


def spend_reply(uow: UnitOfWork, contact: Sender, body: str, budget: reply_budget.Budget) -> reply_budget.BudgetVerdict:
    """Count this text against the reply budget of their number; what comes of that is for whoever asks."""
    text_key = _text_key(uow, contact, body)
    spent = reply_budget.Spent(
        burst=contact.replies,
        burst_since=contact.replies_since,
        today=contact.replies_today,
        day=contact.replies_day,
        same=contact.same_texts,
    )
    same = contact.last_text_key == text_key
    verdict = reply_budget.spend(spent, budget, uow.now, body, same)
    contact.replies = verdict.spent.burst
    contact.replies_since = verdict.spent.burst_since
    contact.replies_today = verdict.spent.today
    contact.replies_day = verdict.spent.day
    contact.same_texts = verdict.spent.same
    contact.last_text_key = text_key
    return verdict
