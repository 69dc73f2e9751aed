"""What is encrypted in rows, written and read in one transaction: each value in its place, under its owner's key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from checkin.core.encryption import CannotDecrypt, DataKey, Keys, key_id_of
from checkin.core.models import Base, Id


class HasId(Protocol):
    """A row of a table whose rows have our own ids."""

    id: Any


class ContactKey(Base):
    """The key under which all of one contact's is encrypted; itself encrypted, for this contact alone.

    FORGET deletes the row. Backups are made without this table (docs/decisions/0018-backups-forget-too.md), so nothing
    holds on to it by a foreign key. A contact has more than one while `checkin rekey` is at work on them, and where a
    call turned out to be theirs.
    """

    __tablename__ = "contact_keys"
    __table_args__ = (Index("ix_contact_keys_contact_id", "contact_id"),)

    id: Mapped[Id]
    contact_id: Mapped[str] = mapped_column(String(32))
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class Owner(Protocol):
    """A contact, under whose own key what is theirs stands. `key`: a ContactKey or None."""

    id: Any
    key: Any


@dataclass
class Vault:
    """Encrypts and decrypts for one transaction.

    What is a contact's stands under the contact's own key; destroying that key (FORGET) leaves nothing to be read of
    it, here or in a copy of the database that came without the keys. All else stands under the installation's key.
    """

    keys: Keys
    session: Session
    new_id: Callable[[], str]
    now: datetime
    _held: dict[str, DataKey | None] = field(default_factory=dict)

    def encrypt(
        self, row: HasId, column: InstrumentedAttribute[Any], words: str | None, of: Owner | None = None
    ) -> None:
        """Put the words into this column of the row, encrypted; nothing for None. of: whose they are."""
        setattr(row, column.key, None if words is None else self.encrypted(column, row.id, words, of))

    def encrypted(self, column: InstrumentedAttribute[Any], row_id: str, words: str, of: Owner | None = None) -> bytes:
        """The same, for a row that is written by a statement of its own."""
        place = place_of(column, row_id)
        if of is None:
            return self.keys.encrypt("column", place, words.encode())
        return self.key_of(of).encrypt(place, words.encode())

    def decrypt(self, row: HasId, column: InstrumentedAttribute[Any]) -> str:
        """The words in this column of the row; empty: none, or their key was destroyed. Raises CannotDecrypt."""
        return self.decrypted(column, row.id, getattr(row, column.key))

    def decrypted(self, column: InstrumentedAttribute[Any], row_id: str, value: bytes | None) -> str:
        """The same, of a value that was read without its row."""
        if not value:
            return ""
        place, key_id = place_of(column, row_id), key_id_of(value)
        if key_id is None:
            return self.keys.decrypt("column", place, value).decode()
        key = self.key_called(key_id)
        return key.decrypt(place, value).decode() if key is not None else ""

    def look_ahead(self, values: Iterable[bytes | None]) -> None:
        """Read the keys of all these values in one statement."""
        wanted = {key_id for value in values if value and (key_id := key_id_of(value)) and key_id not in self._held}
        if wanted:
            self._fetch(wanted)

    def destroy(self, contact: Owner) -> None:
        """Destroy the contact's key: what stands under it is gone. What is written of them later gets a new one."""
        mine = ContactKey.contact_id == contact.id
        self.session.flush()
        for key_id in self.session.scalars(select(ContactKey.id).where(mine)):
            self._held[key_id] = None
        contact.key = None
        self.session.flush()
        self.session.execute(delete(ContactKey).where(mine), execution_options={"synchronize_session": "fetch"})

    def hand_over(self, giver: Owner, taker: Owner) -> None:
        """What is written of one contact is another's from now on: it goes when they are forgotten, and only then."""
        self.session.flush()
        for row in self.session.scalars(select(ContactKey).where(ContactKey.contact_id == giver.id)):
            row.wrapped = self.keys.data_key_for(taker.id, row.id, giver.id, row.wrapped)
            row.contact_id = taker.id
        giver.key = None

    def key_of(self, contact: Owner) -> DataKey:
        """The key under which what is written of this contact stands; a new one where they have none."""
        if contact.key is None:
            self.new_key(contact)
        assert contact.key is not None
        if contact.key.contact_id != contact.id:
            raise CannotDecrypt("a contact was given the key of another: nothing is written under it")
        key = self._hold(contact.key)
        assert key is not None
        return key

    def key_called(self, key_id: str) -> DataKey | None:
        """This key; None: it was destroyed."""
        if key_id not in self._held:
            row = self.session.get(ContactKey, key_id)  # mostly it came with its contact
            self._held[key_id] = None if row is None else self._hold(row)
        return self._held[key_id]

    def new_key(self, contact: Owner) -> None:
        """Give the contact a key; what stands under an older one is read with that as before."""
        key_id = self.new_id()
        wrapped = self.keys.new_data_key(key_id, contact.id)
        contact.key = ContactKey(id=key_id, contact_id=contact.id, wrapped=wrapped, created_at=self.now)

    def blind_index(self, kind: str, value: str) -> bytes:
        return self.keys.blind_index(kind, value)

    def blind_indexes(self, kind: str, value: str) -> list[bytes]:
        return self.keys.blind_indexes(kind, value)

    def sign(self, message: str) -> str:
        return self.keys.sign(message)

    def signed(self, message: str, signature: str) -> bool:
        return self.keys.signed(message, signature)

    def _hold(self, row: ContactKey) -> DataKey | None:
        if row.id not in self._held:
            self._held[row.id] = self.keys.data_key(row.id, row.contact_id, row.wrapped)
        return self._held[row.id]

    def _fetch(self, key_ids: set[str]) -> None:
        for row in self.session.scalars(select(ContactKey).where(ContactKey.id.in_(key_ids))):
            self._hold(row)
        self._held |= dict.fromkeys(key_ids - set(self._held))


WRITTEN_AS = {"organizers": "organisers"}
"""Tables that had another name when their values were encrypted (migration 0013)."""


def place_of(column: InstrumentedAttribute[Any], row_id: str) -> str:
    """Table, column and row: what a value is bound to. A table that was renamed keeps the name it was written under."""
    table = column.class_.__tablename__
    return f"{WRITTEN_AS.get(table, table)}\0{column.key}\0{row_id}"
