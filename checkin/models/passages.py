"""How people pass through the flows: counted for drawings, without a word about who."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id


class Passage(Base):
    """Somebody left a step of a flow. There is no way from here to the conversation, and `day` is all of the time.

    version: the beginning of the flow's hash. outcome: as in flows.position.Way. seconds: how long they had been waited
    for there; None for a step that does not wait. day: midnight UTC.
    """

    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_flow_day", "flow", "day"),)

    id: Mapped[Id]
    flow: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(12))
    step: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int | None]
    day: Mapped[datetime]
