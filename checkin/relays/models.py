"""Relays, offers, and who is not joined with whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, PartialIndex, of


class Relay(Base):
    """One contact waiting for, or joined with, one volunteer.

    state: open, joined, ended, unanswered, left, message; busy and closed: nobody was free, or on duty, so that nobody
    was asked and it was over at once. Every way out of `open` is one guarded UPDATE; whoever
    changes the row has won. `token` stands in addresses, `room` names the conference (128 random bits), `number`
    is what volunteers type ("TAKE 42").

    language: the one that was wished for (None: any); speaks: the one the contact is spoken to in. wish: what they
    wish for in a peer (a woman, say). wave: the last one that was asked. at_once, seconds, rounds: how the flow wants
    phones to ring. moving_at: when we last asked the network to fetch the contact's leg; told_at: when that leg learnt
    how the wait went, in_room_at: when it was sent into the room, so that no second fetch ever pulls it out again.
    warned_at: when both were told that the talk's limit is near. left_by: who ended a joined relay: contact,
    volunteer, room (it closed and nobody said who), limit, idle, machine (of a contact who was called back), blocked.
    lead_id: who joined as a third, at the volunteer's
    wish. case_id: the case that we call back for, or answer by text.
    """

    __tablename__ = "relays"
    __table_args__ = (
        Index("ix_relays_contact_id_state", "contact_id", "state"),
        UniqueConstraint("line", "number"),
        PartialIndex(
            "uq_relays_live",
            "contact_id",
            "channel",
            unique=True,
            where=text("state IN ('open', 'joined')"),
        ),
        Index("ix_relays_volunteer_id_state", "volunteer_id", "state"),
        Index("ix_relays_conversation_id", "conversation_id"),
        Index("ix_relays_line_joined_at", "line", "joined_at"),
        Index("ix_relays_line_opened_at", "line", "opened_at"),
        PartialIndex(
            "ix_relays_live",
            "line",
            "opened_at",
            where=text("state IN ('open', 'joined')"),
        ),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    token: Mapped[str] = mapped_column(String(32), unique=True)
    room: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(10))
    contact_id: Mapped[str] = mapped_column(of("contacts.id"))
    conversation_id: Mapped[str] = mapped_column(of("conversations.id"))
    call_sid: Mapped[str | None] = mapped_column(String(34))
    language: Mapped[str | None] = mapped_column(String(10))
    speaks: Mapped[str] = mapped_column(String(10), default="en")
    topic: Mapped[str | None] = mapped_column(String(60))
    wish: Mapped[str | None] = mapped_column(String(40))
    warned_at: Mapped[datetime | None]
    at_once: Mapped[int | None]
    seconds: Mapped[int | None]
    rounds: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(12), default="open")
    left_by: Mapped[str | None] = mapped_column(String(10))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    lead_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    case_id: Mapped[str | None] = mapped_column(String(32))
    wave: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    limit_at: Mapped[datetime]
    joined_at: Mapped[datetime | None]
    moving_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    in_room_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    active_at: Mapped[datetime | None]


class Offer(Base):
    """One volunteer being asked to take one relay.

    state: planned, ringing, answered, accepted, declined, no_answer, busy, failed, machine, canceled, skipped.
    A volunteer has at most one live voice offer: a partial unique index says so. It is live from the moment it is
    planned until it is over, and an accepted one until the relay is. No volunteer: the line's backup number is asked.
    role: peer, lead (asked to join as a third). rung_at: when we asked the network to place the call. care: how
    the volunteer was afterwards (fine, tough, call).
    """

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_relay_id", "relay_id"),
        Index("ix_offers_line_planned_at", "line", "planned_at", "volunteer_id", "state"),
        PartialIndex(
            "uq_offers_live_voice",
            "volunteer_id",
            unique=True,
            where=text("live AND channel = 'voice'"),
        ),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    relay_id: Mapped[str] = mapped_column(of("relays.id"))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    token: Mapped[str] = mapped_column(String(32), unique=True)
    channel: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(10), default="peer")
    wave: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    live: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str | None] = mapped_column(String(120))
    call_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    call_status: Mapped[str | None] = mapped_column(String(20))
    care: Mapped[str | None] = mapped_column(String(10))
    planned_at: Mapped[datetime]
    rung_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class VolunteerBlock(Base):
    """A volunteer who will not be asked for this contact again: they said BLOCK. Nobody else is touched by it."""

    __tablename__ = "volunteer_blocks"

    volunteer_id: Mapped[str] = mapped_column(of("volunteers.id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(of("contacts.id"), primary_key=True)
    since: Mapped[datetime]
