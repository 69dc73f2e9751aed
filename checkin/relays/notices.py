"""What the volunteers of a text relay are told when it is over for them."""

from __future__ import annotations

from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.volunteers.models import Volunteer


def contact_left(uow: UnitOfWork, relay: Relay, contact: Contact) -> None:
    """The contact has left: the volunteer reads so, and no more than that; a lead beside them too."""
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    if volunteer is not None:
        tell(uow, relay, volunteer, "relays.left", alias=contact.alias)
    over_for_lead(uow, relay, contact)


def over_for_lead(uow: UnitOfWork, relay: Relay, contact: Contact) -> None:
    """A lead who had joined reads that it is finished."""
    lead = uow.session.get(Volunteer, relay.lead_id) if relay.lead_id is not None else None
    if lead is not None and relay.channel == "sms":
        tell(uow, relay, lead, "relays.lead_over", alias=contact.alias)


def tell(uow: UnitOfWork, relay: Relay, volunteer: Volunteer, key: str, **placeholders: object) -> None:
    """A notice to one volunteer about this relay, in their language; `number` is filled in."""
    body = say(uow, volunteer, key, number=relay.number, **placeholders)
    messages.send(uow, line=relay.line, volunteer=volunteer, body=body, kind="notice", relay_id=relay.id)
