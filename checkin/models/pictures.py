"""Pictures that came with a text. The picture itself is encrypted in the media store."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id, of


class Picture(Base):
    """One picture of one text. `id` stands in our own signed addresses; the network's ids never leave us.

    state: expected, kept (we have it, without what the camera wrote into it), lost. network_state: there, deleted.
    """

    __tablename__ = "pictures"
    __table_args__ = (UniqueConstraint("text_sid", "sid"), Index("ix_pictures_contact_id", "contact_id"))

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    message_id: Mapped[str] = mapped_column(of("messages.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    text_sid: Mapped[str] = mapped_column(String(34))
    sid: Mapped[str] = mapped_column(String(34))
    state: Mapped[str] = mapped_column(String(10), default="expected")
    network_state: Mapped[str] = mapped_column(String(10), default="there")
    media_key: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
