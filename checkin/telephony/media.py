"""Where sound and pictures are kept, and the keys of contacts under which theirs stand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from checkin.contacts.models import Contact
from checkin.core.encryption import DataKey
from checkin.core.settings import Settings
from checkin.core.unit_of_work import Work
from checkin.telephony.media_store import Cipher, LocalStore, MediaStore


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


def media_store(settings: Settings, cipher: Cipher) -> MediaStore:
    """The bucket that is set, else the folder."""
    if settings.bucket is None or settings.s3_keys is None:
        return LocalStore(settings.media, cipher)
    from checkin.telephony.s3_store import Bucket, BucketStore  # its library is loaded only where it is used

    bucket = Bucket(*settings.bucket, settings.s3_region, *settings.s3_keys, settings.s3_endpoint)
    return BucketStore(bucket, cipher)
