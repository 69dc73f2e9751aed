"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.models import (
    blocks,
    contacts,
    conversations,
    organisers,
    outbox,
    pictures,
    relays,
    reviews,
    stories,
    volunteers,
)

__all__ = [
    "blocks",
    "contacts",
    "conversations",
    "organisers",
    "outbox",
    "pictures",
    "relays",
    "reviews",
    "stories",
    "volunteers",
]
