"""The texts of one relay, as the volunteer's page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from checkin.cases.models import Alert
from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.relays import Relay
from checkin.models.volunteers import Volunteer

LEAD_WANTED = "lead_wanted"


def mine(session: Session, volunteer_id: str, line: str, number: int) -> tuple[Relay, Contact] | None:
    """The text relay of this number, if this volunteer is or was the last to be in it; with its contact."""
    row = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(
            Relay.line == line,
            Relay.number == number,
            Relay.channel == "sms",
            (Relay.volunteer_id == volunteer_id) | (Relay.lead_id == volunteer_id),
        )
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else (row[0], row[1])


def written(session: Session, relay: Relay, since: datetime) -> Sequence[Message]:
    """What was passed on to the contact since then, oldest first: our volunteers' words, and the line's about them."""
    return session.scalars(
        select(Message)
        .where(
            Message.relay_id == relay.id,
            Message.contact_id == relay.contact_id,
            Message.inbound.is_(False),
            Message.kind == "relay",
            Message.created_at >= since,
        )
        .order_by(Message.created_at, Message.id)
    ).all()


def asking_for_a_lead(session: Session, lead: Volunteer) -> list[tuple[Relay, Contact]]:
    """The text relays in which a volunteer asked for a lead, and none has joined."""
    wanted = exists().where(
        Alert.line == lead.line, Alert.kind == LEAD_WANTED, Alert.about == Relay.contact_id, Alert.closed_at.is_(None),
        Alert.last_at >= Relay.joined_at,
    )  # fmt: skip
    rows = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(
            Relay.line == lead.line,
            Relay.channel == "sms",
            Relay.state == "joined",
            Relay.lead_id.is_(None),
            Relay.volunteer_id != lead.id,
            wanted,
        )
        .order_by(Relay.joined_at)
    )
    return [(relay, contact) for relay, contact in rows]
