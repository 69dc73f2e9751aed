"""Follow-ups; what was changed by whom; versions of flows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id, of


class FollowUp(Base):
    """A text (or call) that we promised. state: planned, sending, calling, sent, unanswered (nobody picked up), failed,
    skipped, unknown, replaced, cancelled.

    `reason` says why it was skipped or moved; `planned_for` is what was promised, `due_at` where the rules put it.
    plan, number, begun_at: the `number`th (from 0) of a plan that began then. about_id: the case that it is about.
    channel: sms or voice, once it is decided. tries: calls that were placed; call_sid: the last of them, and
    earlier_calls: those before it, for as long as the network has an entry of them. acted_at: when it was sent or
    called last; slot_at: its turn among what leaves the line's number. judged: what each gate said, and when
    (checkin.rules.gates).
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


class Audit(Base):
    """Who changed what, before and after. Append only. line: whose leads read it; None: of no line (the first's do)."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_at", "at"),
        Index("ix_audit_about", "about"),
        Index("ix_audit_line_at", "line", "at"),
    )

    id: Mapped[Id]
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(80))
    before: Mapped[str | None] = mapped_column(String(400))
    after: Mapped[str | None] = mapped_column(String(400))
    line: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime]


class Definition(Base):
    """A flow that conversations began with, by its content hash, so that a deploy never changes it under them.

    `source` is Flow.definition: canonical JSON of what the author wrote, from which the same hash comes.
    Rows are never changed and never deleted.
    """

    __tablename__ = "definitions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    flow: Mapped[str] = mapped_column(String(80))
    source: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(80))


class Publication(Base):
    """From `at` on new conversations begin with this version of the flow: its newest row counts. Append only.

    from_files: nobody published it: a process found it in the files, and nobody had published the flow before.
    retired: from then on none begins with it; the hash is that of its last version. talks: its conversations as they
    were written on the pages; None: what their file says.
    """

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_flow_id", "flow", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str] = mapped_column(String(80))
    hash: Mapped[str] = mapped_column(of("definitions.hash"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(400))
    from_files: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)
    talks: Mapped[str | None] = mapped_column(Text, deferred=True)
