"""Every change that somebody made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id


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
