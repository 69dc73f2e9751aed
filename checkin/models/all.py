"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.models import (
    blocks,
    casework,
    contacts,
    conversations,
    drafts,
    organisers,
    outbox,
    passages,
    pictures,
    relays,
    reviews,
    sending,
    stories,
    volunteers,
)

__all__ = [
    "blocks",
    "casework",
    "contacts",
    "conversations",
    "drafts",
    "organisers",
    "outbox",
    "passages",
    "pictures",
    "relays",
    "reviews",
    "sending",
    "stories",
    "volunteers",
]
