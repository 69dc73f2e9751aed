"""How stories come before their reviewers, who said what, and what listeners said in return."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.models.base import Base, of


class StoryDesk(Base):
    """What the team knows of one story beside the story itself. Whoever chooses or plays stories never reads it.

    because: why it waits for review: new, or reported. waiting_since: None while it does not wait. round: counts
    how often it came before reviewers; a yes counts in its own round only. edited_at: a yes from before then was to
    something else. original_key: the sound before it was trimmed, until it is published; head, tail: seconds that
    were cut off. peaks: how loud it is from beginning to end, 0 to 100 each; noise: how
    much of it is there all the time, in percent. by_machine: its words were written down
    by a machine and nobody has read them yet. consent_at: the teller's last yes to sharing; asked_at, reminded_at:
    when they were asked again this year. reports_seen: reports that reviewers have answered already.
    """

    __tablename__ = "story_desks"
    __table_args__ = (Index("ix_story_desks_line_waiting_since", "line", "waiting_since"),)

    story_id: Mapped[str] = mapped_column(of("stories.id"), primary_key=True)
    line: Mapped[str] = mapped_column(String(40))
    because: Mapped[str] = mapped_column(String(12), default="new")
    waiting_since: Mapped[datetime | None]
    round: Mapped[int] = mapped_column(default=1)
    edited_at: Mapped[datetime | None]
    original_key: Mapped[str | None] = mapped_column(String(80))
    head: Mapped[float] = mapped_column(Float, default=0.0)
    tail: Mapped[float] = mapped_column(Float, default=0.0)
    peaks: Mapped[list[int] | None] = mapped_column(JSON)
    noise: Mapped[int | None]
    by_machine: Mapped[bool] = mapped_column(default=False)
    consent_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    reports_seen: Mapped[int] = mapped_column(default=0)


class StoryReview(Base):
    """One person's word on one story. outcome: yes (it may be heard), returned, declined, or vouched: an organiser
    handed it in as reviewed elsewhere. answers: the checklist, question to answer (no, cut or yes)."""

    __tablename__ = "story_reviews"
    __table_args__ = (Index("ix_story_reviews_story_id", "story_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    story_id: Mapped[str] = mapped_column(of("stories.id"))
    round: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    by_key: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(10))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class ListenerWord(Base):
    """A listener's thanks for a story, or their report of it. Its id follows from the story, the listener and the
    kind, so that one listener counts once however often they say so."""

    __tablename__ = "listener_words"
    __table_args__ = (Index("ix_listener_words_story_id_kind", "story_id", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    story_id: Mapped[str] = mapped_column(of("stories.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
