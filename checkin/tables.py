"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.accounts import models as organisers
from checkin.cases import models as cases
from checkin.messages import models as conversations
from checkin.messages import models as pictures
from checkin.messages import models as sending
from checkin.outbox import models as outbox
from checkin.outbox import models as outbox_models
from checkin.publishing import models as drafts
from checkin.publishing import models as passages
from checkin.relays import models as relays
from checkin.stories import models as reviews
from checkin.stories import models as stories
from checkin.volunteers import models as volunteers

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
