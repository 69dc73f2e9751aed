"""A contact is blocked while somebody may be with them: their relays end at once."""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import blocks
from checkin.cases.models import Block
from checkin.models.contacts import Contact
from checkin.models.relays import Relay
from checkin.queries import relays as relay_rows
from checkin.services.relaying import relays_state, relays_telling
from checkin.work import Work


def block(
    work: Work,
    contact: Contact,
    reason: str,
    by: str,
    length: timedelta = blocks.USUAL,
    review: timedelta = blocks.LOOK_AGAIN,
) -> Block:
    """Block this contact from now on, and set free whoever is with them. Raises UserError as blocks.add does."""
    made = blocks.add(work, contact, reason, by, length, review)
    set_free(work, contact)
    return made


def set_free(work: Work, contact: Contact) -> None:
    """Whoever is with them is with them no more, and reads so where it was by text."""
    work.session.flush()
    for channel in ("sms", "voice"):
        relay = relay_rows.live_of(work.session, contact.id, channel)
        ended = None if relay is None else relays_state.left_by_contact(work, Relay.id == relay.id)
        if ended is not None and channel == "sms":
            relays_telling.contact_left(work, ended, contact)
