"""Who said no since a backup was made: STOP, and every other yes that was taken back, as keyed hashes.

The last word of each number on each thing counts, as the ledger has it. A yes is played back for texts alone (START
after STOP): what else somebody said yes to rests on words that they were shown, and those are asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select

from checkin.compliance import consent
from checkin.compliance.consent import TEXTS
from checkin.contacts import service as contacts
from checkin.contacts.models import NETWORK, Consent, Contact
from checkin.core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RegisteredWord:
    """The last yes or no of one number to one thing."""

    line: str
    number_key: bytes
    name: str
    given: bool
    at: datetime


def all_of(uow: UnitOfWork) -> list[RegisteredWord]:
    """Every no that still holds, and the last STOP and START of each number; the oldest first. What the network
    concluded is none of their words: it says so again should it still be so.

    Both of these, because START brings texts back, but not what STOP has ended.
    """
    columns = Consent.line, Consent.number_key, Consent.name, Consent.given, Consent.at
    theirs = Consent.number_key.is_not(None), Consent.channel != NETWORK
    ledger = uow.session.execute(select(*columns).where(*theirs).order_by(Consent.at))
    last: dict[tuple[object, ...], RegisteredWord] = {}
    for line, key, name, given, at in ledger:
        last[line, key, name, given if name == TEXTS else None] = RegisteredWord(line, key or b"", name, given, at)
    return sorted((word for word in last.values() if word.name == TEXTS or not word.given), key=lambda word: word.at)


def replay(uow: UnitOfWork, words: Iterable[RegisteredWord]) -> int:
    """Have it hold again what a restored database does not know. Answers how many; what it knows better stays."""
    return sum(_hold(uow, word) for word in sorted(words, key=lambda word: word.at))


def _hold(uow: UnitOfWork, word: RegisteredWord) -> bool:
    mine = (Contact.line == word.line) & (Contact.number_key == word.number_key)
    contact = uow.session.scalars(select(Contact).where(mine)).first()
    if _known(uow, word, contact) >= word.at.astimezone(UTC):
        return False
    if contact is None and (word.given or word.name != TEXTS):
        return False  # nothing is written to somebody whom we do not know
    contact = contact or contacts.unknown(uow, word.line, word.number_key)
    consent.played_back(uow, contact, word.name, given=word.given, at=word.at.astimezone(UTC))
    return True


def _known(uow: UnitOfWork, word: RegisteredWord, contact: Contact | None) -> datetime:
    """When the database last heard of this from them."""
    said = select(func.max(Consent.at)).where(
        Consent.line == word.line, Consent.number_key == word.number_key, Consent.name == word.name
    )
    left = contact.opted_out_at if contact is not None and word.name == TEXTS else None
    return max(filter(None, (uow.session.scalar(said), left)), default=datetime.min.replace(tzinfo=UTC))
