"""The keys of contacts, under which their sound and pictures stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checkin.contacts.models import Contact
from checkin.core.encryption import DataKey
from checkin.core.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class KeysOfContacts:
    """What a store needs of the database. do, look: the runtime's, each a transaction of its own."""

    do: Callable[[Callable[[UnitOfWork], Any]], Any]
    look: Callable[[Callable[[UnitOfWork], Any]], Any]

    def of(self, contact_id: str) -> DataKey:
        """The key of this contact."""
        key: DataKey = self.do(lambda uow: uow.vault.key_of(uow.session.get_one(Contact, contact_id)))
        return key

    def find(self, key_id: str) -> DataKey | None:
        """The key that is called so; None: it was destroyed."""
        key: DataKey | None = self.look(lambda uow: uow.vault.key_called(key_id))
        return key
