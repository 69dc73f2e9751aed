"""Who was forgotten, as a keyed hash; and what was moved in from other systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class Erasure(Base):
    """Somebody was forgotten: the keyed hash of their number, so that a backup that comes back forgets them again.

    opted_out: they had said STOP as well.
    """

    __tablename__ = "erasures"

    line: Mapped[str] = mapped_column(String(40), primary_key=True)
    number_key: Mapped[bytes] = mapped_column(primary_key=True)
    opted_out: Mapped[bool]
    at: Mapped[datetime]


class MoveIn(Base):
    """One table that an organizer brings in from elsewhere. called: where it is from, in their words.

    state: preview (looked at, nothing is done yet), done, undone. file_encrypted: the table, until it is imported or
    discarded. report_encrypted: what came of each row. counts: how many rows were added, changed, here already, wrong.
    until: when the row ends by itself, with all of this. begun_at: somebody is importing it since.
    """

    __tablename__ = "move_ins"
    __table_args__ = (Index("ix_move_ins_line_created_at", "line", "created_at"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(12))
    called: Mapped[str] = mapped_column(String(60))
    by: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(10))
    counts: Mapped[dict[str, Any]]
    file_encrypted: Mapped[bytes | None]
    report_encrypted: Mapped[bytes | None]
    until: Mapped[datetime]
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class MovedRow(Base):
    """Something that a table brought in: what it is (contact, consent, stop, block, volunteer, shift, story), and its
    own id, by which it is undone. name: of a consent."""

    __tablename__ = "moved_rows"
    __table_args__ = (Index("ix_moved_rows_move_in_id", "move_in_id"),)

    id: Mapped[Id]
    move_in_id: Mapped[str] = mapped_column(of("move_ins.id"))
    what: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(String(32))
    name: Mapped[str | None] = mapped_column(String(60))
