"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.cases import models as cases
from checkin.models import (
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
    "cases",
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
