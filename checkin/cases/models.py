"""What a person must take up, and what the team writes down about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class CaseNote(Base):
    """One thing that was done about a case, oldest first: what the team reads under it.

    kind: note, answered (`message_id` is the text), claimed, handed_over, given_back, closed. by: whose id, as in
    Case.claimed_by. words: what was noted, encrypted; of an answer they stand with its message.
    """

    __tablename__ = "case_notes"
    __table_args__ = (Index("ix_case_notes_case_id_created_at", "case_id", "created_at"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str] = mapped_column(of("cases.id"))
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(32))
    message_id: Mapped[str | None] = mapped_column(of("messages.id"))
    words_encrypted: Mapped[bytes | None]
    created_at: Mapped[datetime]


class Case(Base):
    """Something that a person must take up: a handover, a message that was left, a relay nobody took.

    `number` is what the team says ("CLAIM 42"), the line's own. state: open, claimed, closed. claimed_by: the id of a
    volunteer or organiser, or a name as it was written. closed_why: one of services.casework.desk.REASONS.
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
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str | None] = mapped_column(String(20))
    tags: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
