"""Follow-ups: a promise to write or call, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class FollowUp(Base):
    """A text (or call) that we promised. state: planned, sending, calling, sent, unanswered (nobody picked up), failed,
    skipped, unknown, replaced, cancelled.

    `reason` says why it was skipped or moved; `planned_for` is what was promised, `due_at` where the rules put it.
    plan, number, begun_at: the `number`th (from 0) of a plan that began then. about_id: the case that it is about.
    channel: sms or voice, once it is decided. tries: calls that were placed; call_sid: the last of them, and
    earlier_calls: those before it, for as long as the network has an entry of them. acted_at: when it was sent or
    called last; slot_at: its turn among what leaves the line's number. judged: what each gate said, and when
    (checkin.followups.rules.gates).
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
