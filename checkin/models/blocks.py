"""Blocks: contacts who are not joined with anybody for a while, by whom, why and until when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id, of


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
