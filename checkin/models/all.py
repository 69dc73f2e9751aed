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
from checkin.outbox import models as outbox_models

__all__ = [
    "blocks",
    "casework",
    "contacts",
    "conversations",
    "drafts",
    "organisers",
    "outbox",
    "outbox_models",
    "passages",
    "pictures",
    "relays",
    "reviews",
    "sending",
    "stories",
    "volunteers",
]
