"""Conversations, the messages and recordings in them, pictures, and how fast texts leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, PartialIndex, of


class Conversation(Base):
    """One talk with one contact, by text or on one call.

    `position_encrypted` is flows.engine.position.Position as JSON (answers are personal). `reply_encrypted` is what was
    said last, so that a repeated webhook gets the same answer. `flow`, `flow_hash` and `step`: where it waits, or where
    it waited last before it ended. `version` guards against two turns at once. A contact
    has at most one open conversation by text. gone_at: when the network's own entry of this call was deleted.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_contact_open", "contact_id", "channel", "ended_at"),
        Index("ix_conversations_flow_hash", "flow_hash", "ended_at"),
        Index("ix_conversations_line_updated_at", "line", "updated_at"),
        PartialIndex(
            "ix_conversations_flow_outcome",
            "flow",
            "flow_hash",
            "step",
            "outcome",
            where=text("ended_at IS NOT NULL AND outcome IS NOT NULL"),
        ),
        PartialIndex(
            "uq_conversations_open_text",
            "contact_id",
            unique=True,
            where=text("ended_at IS NULL AND channel = 'sms'"),
        ),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str] = mapped_column(of("contacts.id"))
    channel: Mapped[str] = mapped_column(String(10))
    call_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    flow: Mapped[str] = mapped_column(String(80))
    flow_hash: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(80))
    turn: Mapped[int] = mapped_column(default=0)
    position_encrypted: Mapped[bytes]
    reply_encrypted: Mapped[bytes | None]
    outcome: Mapped[str | None] = mapped_column(String(40))
    call_status: Mapped[str | None] = mapped_column(String(20))
    crisis: Mapped[bool] = mapped_column(default=False)
    by_us: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Message(Base):
    """One text, in or out, with a contact or a volunteer. `kind`: inbound, reply, follow_up, relay, alert, notice.

    Our own opaque id (`id`) stands in the status callback's address. `status` only moves forward. redacted_at: when
    the network's copy of the words was blanked; gone_at: when all of it was deleted there. again_for: the first with
    the same words, when this is another try.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_contact_id_created_at", "contact_id", "created_at"),
        Index("ix_messages_created_at", "created_at"),
        Index("ix_messages_reply_to", "reply_to"),
        PartialIndex(
            "ix_messages_at_network",
            "created_at",
            where=text("redacted_at IS NULL AND sid IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    relay_id: Mapped[str | None] = mapped_column(String(32))
    inbound: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(20))
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    reply_to: Mapped[str | None] = mapped_column(String(34))
    body_encrypted: Mapped[bytes | None]
    status: Mapped[str] = mapped_column(String(20))
    error_code: Mapped[int | None]
    segments: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    redacted_at: Mapped[datetime | None]
    gone_at: Mapped[datetime | None]
    again_for: Mapped[str | None] = mapped_column(String(32))


class Recording(Base):
    """A recording that a contact made: a message, or their own story. The audio is encrypted in the media store.

    state: expected, ready (the network has it), kept (we have it), lost, destroyed.
    network_state: there, deleted: whether the network still holds a copy. trouble: why it was lost, for organizers.
    """

    __tablename__ = "recordings"

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    call_sid: Mapped[str] = mapped_column(String(34), index=True)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    network_state: Mapped[str] = mapped_column(String(20), default="there")
    media_key: Mapped[str | None] = mapped_column(String(80))
    seconds: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    forget_at: Mapped[datetime | None]


class Picture(Base):
    """One picture of one text. `id` stands in our own signed addresses; the network's ids never leave us.

    state: expected, kept (we have it, without what the camera wrote into it), lost. network_state: there, deleted.
    """

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("text_sid", "sid"), Index("ix_pictures_contact_id", "contact_id"))

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(of("messages.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    text_sid: Mapped[str] = mapped_column(String(34))
    sid: Mapped[str] = mapped_column(String(34))
    state: Mapped[str] = mapped_column(String(10), default="expected")
    network_state: Mapped[str] = mapped_column(String(10), default="there")
    media_key: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]


class SendRate(Base):
    """Up to when (milliseconds since 1970) a line's number is busy with what was handed to it."""

    __tablename__ = "send_rates"

    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    busy_until: Mapped[int] = mapped_column(BigInteger)


class FollowUp(Base):
    """A text (or call) that we promised. state: planned, sending, calling, sent, unanswered (nobody picked up), failed,
    skipped, unknown, replaced, canceled.

    `reason` says why it was skipped or moved; `planned_for` is what was promised, `due_at` where the rules put it.
    plan, number, begun_at: the `number`th (from 0) of a plan that began then. about_id: the case that it is about.
    channel: sms or voice, once it is decided. tries: calls that were placed; call_sid: the last of them, and
    earlier_calls: those before it, for as long as the network has an entry of them. acted_at: when it was sent or
    called last; slot_at: its turn among what leaves the line's number. judged: what each gate said, and when
    (checkin.followups.rules).
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("ix_follow_ups_contact_id_state", "contact_id", "state"),
        Index("ix_follow_ups_line_due_at", "line", "due_at"),
        Index("ix_follow_ups_state_due_at", "state", "due_at"),
        Index("ix_follow_ups_line_state_due_at", "line", "state", "due_at"),
        Index("ix_follow_ups_flow_state", "flow", "state"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str] = mapped_column(of("contacts.id"))
    flow: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(60))
    between: Mapped[str | None] = mapped_column(String(11))
    planned_for: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(120))
    message_id: Mapped[str | None] = mapped_column(String(32))
    plan: Mapped[str | None] = mapped_column(String(60))
    number: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    about_id: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    call_sid: Mapped[str | None] = mapped_column(String(34))
    earlier_calls: Mapped[list[str]] = mapped_column(default=list)
    acted_at: Mapped[datetime | None]
    slot_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    judged: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
