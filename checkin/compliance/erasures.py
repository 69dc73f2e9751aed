"""Who was forgotten, and who said no, as keyed hashes in a file that outlives a backup: what comes back knows it again.

A hash says nothing of the number without the line's secret (core.encryption). A restored database neither knows whom
we have forgotten nor writes to whoever has left since.

The last word of each number on each thing counts, as the ledger has it. A yes is played back for texts alone (START
after STOP): what else somebody said yes to rests on words that they were shown, and those are asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from checkin.compliance import consent
from checkin.compliance.consent import TEXTS
from checkin.compliance.models import Erasure
from checkin.contacts import service as contacts
from checkin.contacts.models import NETWORK, Consent, Contact
from checkin.core.errors import UserError
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.core.vault import ContactKey

HEAD = "# checkin erasures 3"
HEADS = ("# checkin erasures 2", HEAD)
"""The first line of the file: what it is, and in which form. The second form has no keys."""

FORGOTTEN, SAID, KEY = "forgotten", "said", "key"
"""What a line of the file begins with: somebody who was forgotten, somebody's last word on something, and the key of
somebody who was not forgotten."""


AT_ONCE = 500
"""Keys in one statement."""


@dataclass(frozen=True)
class Forgotten:
    """One entry: the line, the keyed hash, whether they had opted out, and when."""

    line: str
    number_key: bytes
    opted_out: bool
    at: datetime


@dataclass(frozen=True)
class ErasureRecord:
    """What is in the file."""

    forgotten: list[Forgotten]
    said: list[RegisteredWord]
    keys: list[dict[str, Any]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.forgotten) + len(self.said)


@dataclass(frozen=True)
class KeysHeld:
    """people: contacts whose number is kept. unreadable: those of them whose key is gone, which FORGET never leaves."""

    people: int
    unreadable: int

    def are_gone(self) -> bool:
        """Whether the table was emptied, rather than a row lost."""
        return self.unreadable * 2 > self.people


def keys_held(session: Session) -> KeysHeld:
    """Whether the keys of contacts are where they belong. One statement."""
    has_key = exists().where(ContactKey.contact_id == Contact.id)
    known = select(func.count(), func.count().filter(~has_key)).where(Contact.number_encrypted.is_not(None))
    people, unreadable = session.execute(known).one()
    return KeysHeld(people, unreadable)


def all_of(uow: UnitOfWork) -> ErasureRecord:
    """Everybody who was forgotten and is still noted, and everybody's last no; the oldest first.

    Raises UserError where the keys of contacts are gone: a file without them would take the place of one with them.
    """
    held = keys_held(uow.session)
    if held.are_gone():
        raise UserError(
            "the keys of %(gone)s of %(people)s contacts are gone from the table contact_keys: nothing was saved, and"
            " what was saved before is left as it is",
            code="keys_gone",
            gone=held.unreadable,
            people=held.people,
        )
    rows = uow.session.scalars(select(Erasure).order_by(Erasure.at))
    gone = [Forgotten(row.line, row.number_key, row.opted_out, row.at) for row in rows]
    keys = [
        {"id": row.id, "contact_id": row.contact_id, "wrapped": row.wrapped, "created_at": row.created_at}
        for row in uow.session.scalars(select(ContactKey).order_by(ContactKey.id))
    ]
    return ErasureRecord(gone, last_words(uow), keys)


def written(kept: ErasureRecord) -> str:
    """The entries as a file."""
    rows: list[tuple[object, ...]] = [
        *(
            (FORGOTTEN, forgotten.line, forgotten.number_key.hex(), int(forgotten.opted_out), forgotten.at)
            for forgotten in kept.forgotten
        ),
        *((SAID, said.line, said.number_key.hex(), said.name, int(said.given), said.at) for said in kept.said),
        *((KEY, key["id"], key["contact_id"], key["wrapped"].hex(), key["created_at"]) for key in kept.keys),
    ]
    return "\n".join([HEAD, *("\t".join(map(str, row)) for row in rows)]) + "\n"


def read(text: str) -> ErasureRecord:
    """The entries of a file. Raises UserError, which names the line that cannot be read."""
    lines = text.splitlines()
    if not lines or lines[0] not in HEADS:
        raise UserError("this isn't a file of erasures written by this program", code="no_erasures")
    kept = ErasureRecord([], [])
    for number, line in enumerate(lines[1:], 2):
        try:
            match line.split("\t"):
                case [kind, name, hashed, opted_out, at] if kind == FORGOTTEN:
                    kept.forgotten.append(Forgotten(name, bytes.fromhex(hashed), opted_out == "1", _moment(at)))
                case [kind, name, hashed, what, given, at] if kind == SAID:
                    kept.said.append(RegisteredWord(name, bytes.fromhex(hashed), what, given == "1", _moment(at)))
                case [kind, key_id, contact_id, wrapped, at] if kind == KEY:
                    row = {"id": key_id, "contact_id": contact_id, "wrapped": bytes.fromhex(wrapped)}
                    kept.keys.append(row | {"created_at": _moment(at)})
                case _:
                    raise ValueError("no such entry")
        except ValueError as error:
            raise UserError("line %(number)s of the file can't be read: nothing was changed", number=number) from error
    return kept


def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def replay(uow: UnitOfWork, kept: ErasureRecord) -> tuple[int, int]:
    """Forget again whoever a restored database still knows, and have everybody's last words hold again.

    Answers how many of each. Who came back since, or said something newer, is left alone. Keys that the backup came
    without are there again; those of the forgotten are in no file.
    """
    _keys(uow, kept.keys)
    newer = uow.vault.keys.newer_index
    kept = ErasureRecord(
        [replace(forgotten, number_key=newer(forgotten.number_key)) for forgotten in kept.forgotten],
        [replace(said, number_key=newer(said.number_key)) for said in kept.said],
    )
    return _forget(uow, kept.forgotten), replay_words(uow, kept.said)


def _forget(uow: UnitOfWork, entries: Iterable[Forgotten]) -> int:
    again = 0
    for entry in entries:
        consent.note_erasure(uow, entry.line, entry.number_key, opted_out=entry.opted_out, at=entry.at)
        contact = uow.session.scalars(
            select(Contact).where(Contact.line == entry.line, Contact.number_key == entry.number_key)
        ).first()
        for call in consent.calls_that_showed(uow, entry.line, entry.number_key):
            if call.created_at <= entry.at:
                consent.forget_contact(uow, call)
        if contact is None or contact.number_encrypted is None or contact.created_at > entry.at:
            continue
        if entry.opted_out and contact.opted_out_at is None:
            contact.opted_out_at, contact.opted_out_by = entry.at.astimezone(UTC), None
        consent.forget_contact(uow, contact)
        again += 1
    return again


def _keys(uow: UnitOfWork, keys: list[dict[str, Any]]) -> None:
    """Of contacts that the backup knows: their row names the key."""
    for at in range(0, len(keys), AT_ONCE):
        some = keys[at : at + AT_ONCE]
        known = set(uow.session.scalars(select(Contact.id).where(Contact.id.in_([row["contact_id"] for row in some]))))
        insert_new(uow.session, ContactKey, [row for row in some if row["contact_id"] in known])


@dataclass(frozen=True)
class RegisteredWord:
    """The last yes or no of one number to one thing."""

    line: str
    number_key: bytes
    name: str
    given: bool
    at: datetime


def last_words(uow: UnitOfWork) -> list[RegisteredWord]:
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


def replay_words(uow: UnitOfWork, words: Iterable[RegisteredWord]) -> int:
    """Have it hold again what a restored database does not know. Answers how many; what it knows better stays."""
    return sum(_hold(uow, word) for word in sorted(words, key=lambda word: word.at))


def _hold(uow: UnitOfWork, word: RegisteredWord) -> bool:
    mine = (Contact.line == word.line) & (Contact.number_key == word.number_key)
    contact = uow.session.scalars(select(Contact).where(mine)).first()
    if _known_since(uow, word, contact) >= word.at.astimezone(UTC):
        return False
    if contact is None and (word.given or word.name != TEXTS):
        return False  # nothing is written to somebody whom we do not know
    contact = contact or contacts.unknown(uow, word.line, word.number_key)
    consent.played_back(uow, contact, word.name, given=word.given, at=word.at.astimezone(UTC))
    return True


def _known_since(uow: UnitOfWork, word: RegisteredWord, contact: Contact | None) -> datetime:
    """When the database last heard of this from them."""
    said = select(func.max(Consent.at)).where(
        Consent.line == word.line, Consent.number_key == word.number_key, Consent.name == word.name
    )
    left = contact.opted_out_at if contact is not None and word.name == TEXTS else None
    return max(filter(None, (uow.session.scalar(said), left)), default=datetime.min.replace(tzinfo=UTC))
