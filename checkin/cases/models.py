"""What somebody of the team must take up or see: cases with what was done about them, alerts, and blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id, of

OPEN = text("closed_at IS NULL")
"""Of alerts: those that nobody closed yet."""


class Case(Base):
    """Something that a person must take up: a handover, a message that was left, a relay nobody took.

    `number` is what the team says ("CLAIM 42"), the line's own. state: open, claimed, closed. claimed_by: the id of a
    volunteer or organiser; claimed_name: instead of it, the name of somebody else as it was written. closed_why: one
    of checkin.cases.service.REASONS.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_line_state", "line", "state"),
        Index("ix_cases_line_closed_at", "line", "closed_at"),
        Index("ix_cases_contact_id_number", "contact_id", "number"),
        UniqueConstraint("line", "number"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    recording_id: Mapped[str | None] = mapped_column(of("recordings.id"))
    kind: Mapped[str] = mapped_column(String(20))
    inbox: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    words_encrypted: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(String(10), default="open")
    claimed_by: Mapped[str | None] = mapped_column(String(32))
    claimed_name: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str | None] = mapped_column(String(20))
    tags: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class CaseNote(Base):
    """One thing that was done about a case, oldest first: what the team reads under it.

    kind: note, answered (`message_id` is the text), claimed, handed_over, given_back, closed. by, by_name: who, as
    in Case.claimed_by and claimed_name; neither: the line itself. words: what was noted, encrypted; of an answer they
    stand with its message.
    """

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_case_id_created_at", "case_id", "created_at"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str] = mapped_column(of("cases.id"))
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str | None] = mapped_column(String(32))
    by_name: Mapped[str | None] = mapped_column(String(80))
    message_id: Mapped[str | None] = mapped_column(of("messages.id"))
    words_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]


def _same_as(column: str) -> Callable[[DefaultExecutionContext], Any]:
    """What a column is unless somebody says otherwise: the same as another of its row."""

    def value(context: DefaultExecutionContext) -> Any:
        return context.get_current_parameters()[column]  # type: ignore[no-untyped-call]

    return value


class Alert(Base):
    """Something that someone must see now, with its age counted until a person closes it. `rule`, never the words.

    There is one open row for each kind and what it is `about`: the id of a contact or a volunteer, or what tells it
    from others of its kind. count: how often it happened since raised_at, the last time at last_at. told, told_at: how
    often the leads were texted about it, and when last. message_id: the newest text that it is about.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_line_closed_at", "line", "closed_at"),
        Index("ix_alerts_about_kind", "about", "kind"),
        Index("uq_alerts_open", "line", "kind", "about", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(30))
    rule: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(80), default=_same_as("rule"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    message_id: Mapped[str | None] = mapped_column(of("messages.id"))
    note: Mapped[str | None] = mapped_column(Text)
    count: Mapped[int] = mapped_column(default=1)
    raised_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(default=_same_as("raised_at"))
    told: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))


class Block(Base):
    """One block of one contact. A proposed one holds nobody back until an organiser has looked at it.

    state: proposed (a volunteer said BLOCK), active (holds until `until`; time alone ends it), dismissed (an organiser
    said no), lifted (an organiser ended it early). until: when it ends by itself (a proposed one: would end).
    review_at: when somebody is to look at it again. one_call: the contact withheld their number, so that it is about
    that one call and nobody else's. by: who proposed or made it; decided_by: who confirmed, dismissed or lifted it.
    """

    __tablename__ = "blocks"
    __table_args__ = (
        Index("ix_blocks_line_state", "line", "state"),
        Index("ix_blocks_contact_id", "contact_id"),
    )

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str] = mapped_column(of("contacts.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(200))
    one_call: Mapped[bool] = mapped_column(default=False)
    by: Mapped[str] = mapped_column(String(80))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    until: Mapped[datetime]
    review_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
