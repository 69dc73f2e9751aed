"""A relayed text that did not arrive: whoever wrote it is told, for they wait for an answer to it.

Once for what fails together (a long text in parts, two texts to a phone that is off), and whatever the network's
reason: who wrote can do the same about each. What else an error leads to is in checkin.conversations.text_failures.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, to_contact
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.telephony.rules import delivery_state
from checkin.volunteers.models import Volunteer

KIND = "relay_lost"
"""Of the messages that say so: what is told of is no such message itself, so nothing goes round in a circle."""

TOLD_AGAIN_AFTER = timedelta(minutes=10)


def tell(uow: UnitOfWork, message_id: str) -> Outcome:
    """Tell whoever wrote this text that it did not arrive. Answers what was done."""
    row = uow.session.get(Message, message_id)
    relay = relay_rows.of_id(uow.session, row.relay_id) if row is not None and row.relay_id is not None else None
    if row is None or relay is None:
        return Skipped("forgotten")
    if row.status in delivery_state.ARRIVED:
        return Skipped("it arrived after all")
    if row.contact_id is not None:
        return _to_volunteers(uow, relay)
    return _to_contact(uow, relay) if row.volunteer_id == relay.volunteer_id else Skipped("a lead's copy")


def _to_volunteers(uow: UnitOfWork, relay: Relay) -> Outcome:
    """The volunteer, and a lead who writes beside them. Whoever has left hears nothing more, and that was told."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    if contact.opted_out_at is not None:
        return Skipped("they left")
    told = 0
    for volunteer_id in filter(None, (relay.volunteer_id, relay.lead_id)):
        volunteer = uow.session.get(Volunteer, volunteer_id)
        if volunteer is None or _told(uow, relay, Message.volunteer_id == volunteer_id):
            continue
        words = say(uow, volunteer, "relays.lost", alias=contact.alias, number=relay.number)
        messages.send(uow, line=relay.line, volunteer=volunteer, body=words, kind=KIND, relay_id=relay.id)
        told += 1
    return Done() if told else Skipped("told already")


def _to_contact(uow: UnitOfWork, relay: Relay) -> Outcome:
    """A contact who still writes to somebody whom nothing reaches."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    if relay.state != "joined" or not contacts.takes_texts(uow, contact):
        return Skipped("they do not write any more")
    if _told(uow, relay, Message.contact_id == contact.id):
        return Skipped("told already")
    words = to_contact(uow, relay.line, "sms", relay.speaks, "relay_not_there").text
    messages.send(
        uow, line=relay.line, contact=contact, body=words, kind=KIND,
        conversation_id=relay.conversation_id, relay_id=relay.id,
    )  # fmt: skip
    return Done()


def _told(uow: UnitOfWork, relay: Relay, to: object) -> bool:
    """Whether they have read so a moment ago."""
    lately = Message.created_at >= uow.now - TOLD_AGAIN_AFTER
    found = exists().where(Message.kind == KIND, Message.relay_id == relay.id, lately, to)  # type: ignore[arg-type]
    return bool(uow.session.scalar(select(found)))
