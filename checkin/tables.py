"""Every table, so that the metadata is whole for migrations and tests."""

from checkin.accounts import models as accounts
from checkin.cases import models as cases
from checkin.compliance import models as compliance
from checkin.contacts import models as contacts
from checkin.core import audit_models, rate_limit_models, vault
from checkin.messages import models as messages
from checkin.outbox import models as outbox
from checkin.publishing import models as publishing
from checkin.relays import models as relays
from checkin.stories import models as stories
from checkin.volunteers import models as volunteers

__all__ = [
    "accounts", "audit_models", "cases", "compliance", "contacts", "messages", "outbox", "publishing",
    "rate_limit_models", "relays", "stories", "vault", "volunteers",
]  # fmt: skip
