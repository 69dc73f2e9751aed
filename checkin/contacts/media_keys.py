"""The keys of contacts, under which their sound and pictures stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checkin.contacts.models import Contact
from checkin.core.encryption import DataKey
from checkin.core.unit_of_work import Work


@dataclass(frozen=True)
class KeysOfContacts:
    """What a store needs of the database. do, look: the runtime's, each a transaction of its own."""

    do: Callable[[Callable[[Work], Any]], Any]
    look: Callable[[Callable[[Work], Any]], Any]

    def of(self, contact_id: str) -> DataKey:
        """The key of this contact."""
        key: DataKey = self.do(lambda work: work.vault.key_of(work.session.get_one(Contact, contact_id)))
        return key

    def find(self, key_id: str) -> DataKey | None:
        """The key that is called so; None: it was destroyed."""
        key: DataKey | None = self.look(lambda work: work.vault.key_called(key_id))
        return key
