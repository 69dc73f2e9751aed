"""A contact is blocked while somebody may be with them: their relays end at once."""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import blocks
from checkin.cases.models import Block
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import notices, states
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay


def block(
    uow: UnitOfWork,
    contact: Contact,
    reason: str,
    by: str,
    length: timedelta = blocks.USUAL,
    review: timedelta = blocks.LOOK_AGAIN,
) -> Block:
    """Block this contact from now on, and set free whoever is with them. Raises UserError as blocks.add does."""
    made = blocks.add(uow, contact, reason, by, length, review)
    set_free(uow, contact)
    return made


def set_free(uow: UnitOfWork, contact: Contact) -> None:
    """Whoever is with them is with them no more, and reads so where it was by text."""
    uow.session.flush()
    for channel in ("sms", "voice"):
        relay = relay_rows.live_of(uow.session, contact.id, channel)
        ended = None if relay is None else states.left_by_contact(uow, Relay.id == relay.id)
        if ended is not None and channel == "sms":
            notices.contact_left(uow, ended, contact)
