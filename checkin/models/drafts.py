"""Flows and their conversations that organisers are writing on the pages, before they are live."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base


class FlowDraft(Base):
    """What the editor holds of a flow, word for word, also when it cannot be read yet.

    revision: counts the times that it was kept: whoever keeps it says which one they saw. hash: of the flow that it
    makes, None while it makes none. base: the version that was live when it was begun or published last; None for a
    flow that had none. It stays after publishing, since published versions keep no comments.
    """

    __tablename__ = "flow_drafts"

    flow: Mapped[str] = mapped_column(String(80), primary_key=True)
    source: Mapped[str]
    revision: Mapped[int]
    hash: Mapped[str | None] = mapped_column(String(64))
    base: Mapped[str | None] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class TalksDraft(Base):
    """What the editor holds of the conversations of a flow, word for word, also when they cannot be read yet.

    revision: as for a flow. It goes once it is published: the publication keeps it.
    """

    __tablename__ = "talks_drafts"

    flow: Mapped[str] = mapped_column(String(80), primary_key=True)
    source: Mapped[str]
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
