"""What a person must take up, and what the team writes down about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class Case(Base):
    """Something that a person must take up: a handover, a message that was left, a relay nobody took.

    `number` is what the team says ("CLAIM 42"), the line's own. state: open, claimed, closed. claimed_by: the id of a
    volunteer or organizer; claimed_name: instead of it, the name of somebody else as it was written. closed_why: one
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


class Block(Base):
    """One block of one contact. A proposed one holds nobody back until an organizer has looked at it.

    state: proposed (a volunteer said BLOCK), active (holds until `until`; time alone ends it), dismissed (an organizer
    said no), lifted (an organizer ended it early). until: when it ends by itself (a proposed one: would end).
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
