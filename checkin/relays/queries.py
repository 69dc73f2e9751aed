"""Relays, offers, and the volunteers who could be asked: one statement each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from checkin.contacts.models import Contact
from checkin.messages.models import Conversation, Message, Picture
from checkin.outbox.models import Outbox
from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Alert, Volunteer

LIVE = ("open", "joined")

ALIVE = text("relays.state IN ('open', 'joined')")
"""The same in words that the partial index on live relays is made of: a planner proves nothing about parameters."""


@dataclass(frozen=True)
class WaitingRelay:
    """A relay as the contact's own leg sees it."""

    relay: Relay
    conversation: Conversation
    contact: Contact


def waiting(session: Session, token: str) -> WaitingRelay | None:
    """The relay with this token, read anew, with its conversation and contact."""
    row = session.execute(
        select(Relay, Conversation, Contact)
        .join(Conversation, Conversation.id == Relay.conversation_id)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(Relay.token == token)
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else WaitingRelay(row[0], row[1], row[2])


@dataclass(frozen=True)
class AskedVolunteer:
    """An offer with its relay and its volunteer; no volunteer: the line's backup number was asked. crisis_at: when a
    sign of danger was noticed last with the contact whom it is about.
    """

    offer: Offer
    relay: Relay
    volunteer: Volunteer | None
    crisis_at: datetime | None = None

    @property
    def never_met(self) -> bool:
        """Whether the volunteer of a call-back waits for a contact who never came: they are told before they go."""
        return self.relay.case_id is not None and self.relay.in_room_at is None

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for this: a contact for a peer, or both of them for a lead."""
        if self.offer.role == "lead":
            return self.relay.state == "joined" and self.relay.lead_id is None
        return self.relay.state == "open"


def offer(session: Session, *, token: str | None = None, offer_id: str | None = None) -> AskedVolunteer | None:
    """The offer with this token (or id), read anew.

    Its relay is locked: whatever is written about the two is written in that order, so that nobody waits in a circle.
    """
    which = Offer.token == token if token is not None else Offer.id == offer_id
    row = session.execute(
        select(Offer, Relay, Volunteer, Contact.crisis_at)
        .join(Relay, Relay.id == Offer.relay_id)
        .outerjoin(Volunteer, Volunteer.id == Offer.volunteer_id)
        .outerjoin(Contact, Contact.id == Relay.contact_id)
        .where(which)
        .with_for_update(of=Relay)
        .execution_options(populate_existing=True)
    ).first()
    return None if row is None else AskedVolunteer(row[0], row[1], row[2], row[3])


def of_id(session: Session, relay_id: str) -> Relay | None:
    """The relay with this id, read anew."""
    return session.get(Relay, relay_id, populate_existing=True)


def of_token(session: Session, token: str) -> Relay | None:
    """The relay with this token, read anew."""
    return session.scalars(
        select(Relay).where(Relay.token == token).execution_options(populate_existing=True)
    ).one_or_none()


def locked(session: Session, relay_id: str) -> Relay | None:
    """The relay with this id, read anew and locked until the transaction ends."""
    return session.scalars(
        select(Relay).where(Relay.id == relay_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def volunteer_of(session: Session, relay: Relay) -> Volunteer | None:
    """Whoever took the relay; None before that, and when the backup number did."""
    return None if relay.volunteer_id is None else session.get(Volunteer, relay.volunteer_id)


def live_of(session: Session, contact_id: str, channel: str) -> Relay | None:
    """The contact's relay that is open or joined on this channel; there is at most one."""
    return session.scalars(
        select(Relay)
        .where(Relay.contact_id == contact_id, Relay.channel == channel, ALIVE)
        .execution_options(populate_existing=True)
    ).first()


def offers_of(session: Session, relay_id: str) -> list[Offer]:
    """Every offer of this relay in the order in which they were planned, read anew."""
    return list(
        session.scalars(
            select(Offer)
            .where(Offer.relay_id == relay_id)
            .order_by(Offer.planned_at, Offer.wave, Offer.id)
            .execution_options(populate_existing=True)
        )
    )


def overdue(session: Session, relay_id: str, before: datetime) -> list[str]:
    """What should have been done about this relay's ringing by `before` and was taken up by nobody: outbox ids."""
    mine = select(Offer.id).where(Offer.relay_id == relay_id)
    return list(
        session.scalars(
            select(Outbox.id)
            .where(
                Outbox.queue == "ring",
                Outbox.done_at.is_(None),
                Outbox.claimed_at.is_(None),
                Outbox.run_after <= before,
                or_(Outbox.about_id == relay_id, Outbox.about_id.in_(mine)),
            )
            .order_by(Outbox.run_after, Outbox.id)
        )
    )


@dataclass(frozen=True)
class TextThread:
    """A text relay that a volunteer is in, could take, or has joined as a lead (then there is no offer)."""

    relay: Relay
    contact: Contact
    conversation: Conversation
    offer: Offer | None

    @property
    def joined(self) -> bool:
        """Whether they are in it; else they are being asked."""
        return self.offer is None or self.offer.state == "accepted"

    @property
    def leads(self) -> bool:
        """Whether they are in it as a lead, beside the volunteer who took it."""
        return self.offer is None


def threads_of(session: Session, volunteer_id: str) -> list[TextThread]:
    """The text relays that this volunteer is joined in or is being asked to take, oldest first."""
    rows = session.execute(
        select(Relay, Contact, Conversation, Offer)
        .join(Contact, Contact.id == Relay.contact_id)
        .join(Conversation, Conversation.id == Relay.conversation_id)
        .outerjoin(Offer, and_(Offer.relay_id == Relay.id, Offer.volunteer_id == volunteer_id, Offer.live))
        .where(Relay.channel == "sms", ALIVE, or_(Offer.id.is_not(None), Relay.lead_id == volunteer_id))
        .order_by(Relay.opened_at, Relay.number)
        .execution_options(populate_existing=True)
    )
    return [TextThread(*row) for row in rows]


def is_texting(session: Session, volunteer_id: str) -> bool:
    """Whether this volunteer is joined with a contact by text."""
    return any(thread.joined for thread in threads_of(session, volunteer_id))


def call_of(session: Session, volunteer_id: str) -> tuple[Relay, Contact] | None:
    """The call that this volunteer is joined in, with its contact."""
    row = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(Relay.volunteer_id == volunteer_id, Relay.channel == "voice", Relay.state == "joined")
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def last_of(session: Session, volunteer_id: str, since: datetime) -> tuple[Relay, Contact] | None:
    """The relay that this volunteer was joined in last, if that was since then, with its contact."""
    row = session.execute(
        select(Relay, Contact)
        .join(Contact, Contact.id == Relay.contact_id)
        .where(Relay.volunteer_id == volunteer_id, Relay.joined_at >= since)
        .order_by(Relay.joined_at.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])


def next_number(line: str) -> ScalarSelect[int]:
    """The number of the line's next relay, as a part of the statement that writes it."""
    return select(func.coalesce(func.max(Relay.number), 0) + 1).where(Relay.line == line).scalar_subquery()


def by_number(session: Session, line: str, number: int) -> Relay | None:
    """The relay that volunteers of this line call `number`."""
    return session.scalars(select(Relay).where(Relay.line == line, Relay.number == number)).one_or_none()


def is_leg_of(session: Session, relay: Relay, call_sid: str | None) -> bool:
    """Whether this call is the one of the volunteer who took the relay (not a lead's)."""
    mine = select(Offer.id).where(
        Offer.relay_id == relay.id, Offer.call_sid == call_sid, Offer.state == "accepted", Offer.role == "peer"
    )
    return call_sid is not None and session.scalar(mine.limit(1)) is not None


def was_offered(session: Session, relay_id: str, volunteer_id: str) -> bool:
    """Whether this volunteer was asked to take it, whatever came of it."""
    found = select(Offer.id).where(Offer.relay_id == relay_id, Offer.volunteer_id == volunteer_id).limit(1)
    return session.scalar(found) is not None


def last_care(session: Session, volunteer_id: str, since: datetime) -> Offer | None:
    """Their last relay that ended since then and was asked about ("how are you?") without an answer yet."""
    return session.scalars(
        select(Offer)
        .where(
            Offer.volunteer_id == volunteer_id,
            Offer.state == "accepted",
            Offer.live.is_(False),
            Offer.care == "asked",
            Offer.ended_at >= since,
        )
        .order_by(Offer.ended_at.desc())
        .limit(1)
    ).first()


@dataclass(frozen=True)
class KeptText:
    """A text that came into a relay, with our ids of its pictures; which are not looked at yet, and which are none."""

    message: Message
    pictures: list[str] = field(default_factory=list)
    coming: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def kept_for(session: Session, relay_id: str) -> list[KeptText]:
    """What the contact texted into this relay so far, oldest first."""
    rows = session.execute(
        select(Message, Picture.id, Picture.state)
        .outerjoin(Picture, Picture.message_id == Message.id)
        .where(Message.relay_id == relay_id, Message.inbound, Message.contact_id.is_not(None))
        .order_by(Message.created_at, Message.id, Picture.id)
    )
    kept: dict[str, KeptText] = {}
    for message, picture, state in rows:
        text = kept.setdefault(message.id, KeptText(message))
        if picture is not None:
            {"kept": text.pictures, "expected": text.coming}.get(state or "", text.lost).append(picture)
    return list(kept.values())


def said_lately(session: Session, relay: Relay, contact_id: str | None, since: datetime) -> list[Message]:
    """What was texted in this relay since then, oldest first: with this contact; None: with volunteers."""
    return list(
        session.scalars(
            select(Message)
            .where(
                Message.contact_id == contact_id if contact_id is not None else Message.contact_id.is_(None),
                Message.created_at >= since,
                Message.relay_id == relay.id,
            )
            .order_by(Message.created_at, Message.id)
        )
    )


def alerted(session: Session, conversation_id: str, kinds: Iterable[str], since: datetime) -> bool:
    """Whether the team was alerted about this conversation since then."""
    found = select(Alert.id).where(
        Alert.conversation_id == conversation_id, Alert.kind.in_(list(kinds)), Alert.last_at >= since
    )
    return session.scalar(found.limit(1)) is not None


def in_a_relay(session: Session, volunteer_id: str) -> bool:
    """Whether they are in a relay, or their phone rings for one."""
    joined = exists().where(Relay.volunteer_id == volunteer_id, Relay.state == "joined")
    asked = exists().where(Offer.volunteer_id == volunteer_id, Offer.live)
    return bool(session.scalar(select(or_(joined, asked))))
