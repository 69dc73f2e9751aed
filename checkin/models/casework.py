"""What the team writes down about a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id, of


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
