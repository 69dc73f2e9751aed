"""How people pass through the flows: counted for drawings, without a word about who."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, Id


class Passage(Base):
    """How often, in one month, a step of a flow was left in one way. There is no way from here to a conversation.

    The id follows from everything but `times`, so that what is alike is counted in one row: drawings read as much of a
    line where a million passed as of one where a thousand did. version: the beginning of the flow's hash. outcome: as
    in engine.position.Way. seconds: about how long they had been waited for there; None for a step that does not wait.
    until: the end of the month, midnight UTC, and all that is known of the time.
    """

    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_counted", "flow", "version", "step", "outcome", "seconds", "times"),)

    id: Mapped[Id]
    flow: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(12))
    step: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int | None]
    times: Mapped[int]
    until: Mapped[datetime]
