"""Organizers, and who is signed in to the pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class Organizer(Base):
    """Somebody with a password: `role` is one of checkin.accounts.rules.ORGANISING, for this line alone.

    state: invited (has not chosen a password yet), active, removed (nothing of theirs is left then). `email_key` is a
    keyed hash; the first one of a line is invited without an address. `setup_key`: the keyed hash of the one-time
    link, good until `setup_until`. `code_encrypted`: the secret of their one-time codes; None: they have none, which
    only the practice network allows. `code_used`: the last time step whose code was taken, so that none works twice.
    `told_by_email`: they asked to be told of alerts; `emailed_at`: when they asked, or were told last.
    """

    __tablename__ = "organizers"

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    email_key: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    email_encrypted: Mapped[bytes | None]
    name_encrypted: Mapped[bytes | None]
    language: Mapped[str | None] = mapped_column(String(10))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    code_encrypted: Mapped[bytes | None]
    code_used: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(10), default="invited")
    setup_key: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    setup_until: Mapped[datetime | None]
    signed_in_at: Mapped[datetime | None]
    told_by_email: Mapped[bool] = mapped_column(default=False, server_default=false())
    emailed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PageSession(Base):
    """One browser that is signed in, for an organizer or a volunteer. `key`: the keyed hash of its cookie.

    Signing out deletes the row, and nothing brings it back. `seen_at`: when they did something last; `ends_at`: when
    it is over whatever they do.
    """

    __tablename__ = "page_sessions"
    __table_args__ = (
        Index("ix_page_sessions_organizer_id", "organizer_id"),
        Index("ix_page_sessions_volunteer_id", "volunteer_id"),
    )

    id: Mapped[Id]
    key: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organizer_id: Mapped[str | None] = mapped_column(of("organizers.id"))
    volunteer_id: Mapped[str | None] = mapped_column(of("volunteers.id"))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
