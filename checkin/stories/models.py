"""Stories that peers shared, who listened, how they come before their reviewers, and what listeners say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


class StoryInReview(Base):
    """What the team knows of one story beside the story itself. Whoever chooses or plays stories never reads it.

    because: why it waits for review: new, or reported. waiting_since: None while it does not wait. round: counts
    how often it came before reviewers; a yes counts in its own round only. edited_at: a yes from before then was to
    something else. original_key: the sound before it was trimmed, until it is published; head, tail: seconds that
    were cut off. peaks: how loud it is from beginning to end, 0 to 100 each; noise: how
    much of it is there all the time, in percent. by_machine: its words were written down
    by a machine and nobody has read them yet. consent_at: the teller's last yes to sharing; asked_at, reminded_at:
    when they were asked again this year. reports_seen: reports that reviewers have answered already.
    """

    __tablename__ = "stories_in_review"
    __table_args__ = (Index("ix_stories_in_review_line_waiting_since", "line", "waiting_since"),)

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
    """One person's word on one story. outcome: yes (it may be heard), returned, declined, or vouched: an organizer
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


class ListenerReaction(Base):
    """A listener's thanks for a story, or their report of it. Its id follows from the story, the listener and the
    kind, so that one listener counts once however often they say so."""

    __tablename__ = "listener_reactions"
    __table_args__ = (Index("ix_listener_reactions_story_id_kind", "story_id", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    story_id: Mapped[str] = mapped_column(of("stories.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    kind: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class Story(Base):
    """A peer's story: audio, words, or both.

    state: private, waiting_review, published, returned, declined, resting, withdrawn. A withdrawn one keeps its row
    as a tombstone, without words and audio. `code_key` is the keyed hash of the teller's withdraw code.
    kind: story, or tip (a short practical text, which stands on a rotation of its own). origin: where an imported one
    came from, by which it is imported once only.
    """

    __tablename__ = "stories"
    __table_args__ = (Index("ix_stories_line_state_language", "line", "state", "language"),)

    id: Mapped[Id]
    line: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10), default="story")
    title: Mapped[str] = mapped_column(String(200))
    topics: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(400), default="")
    credit: Mapped[str | None] = mapped_column(String(80))
    words_encrypted: Mapped[bytes | None]
    media_key: Mapped[str | None] = mapped_column(String(80))
    seconds: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20))
    recording_id: Mapped[str | None] = mapped_column(of("recordings.id"))
    teller_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    code_key: Mapped[bytes | None] = mapped_column(unique=True)
    sample: Mapped[str | None] = mapped_column(String(80), unique=True)
    origin: Mapped[str | None] = mapped_column(String(80), unique=True)
    plays: Mapped[int] = mapped_column(default=0)
    thanks: Mapped[int] = mapped_column(default=0)
    reports: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    forget_at: Mapped[datetime | None]


class StoryPosition(Base):
    """Where a published story can be reached from: one row for each of its topics, and one without a topic.

    rotation: story, wait (short, with audio, nothing to be warned of) or tip. The next to be told stands first in the
    index, so that choosing reads a few rows however many there are. told_at: when it was last told to anybody; what
    was never told has a time long ago. A row is only a way to the story: whether it may be heard, its state says.
    """

    __tablename__ = "story_positions"
    __table_args__ = (
        Index("ix_story_positions_told", "line", "language", "rotation", "topic", "told_at", "story_id"),
        Index("ix_story_positions_new", "line", "language", "rotation", "topic", "published_at", "story_id"),
    )

    story_id: Mapped[str] = mapped_column(of("stories.id"), primary_key=True)
    rotation: Mapped[str] = mapped_column(String(10), primary_key=True)
    topic: Mapped[str] = mapped_column(String(80), primary_key=True)
    line: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10))
    published_at: Mapped[datetime]
    told_at: Mapped[datetime]


class Listen(Base):
    """One contact hearing one story in one conversation, and how it went. counted: among the story's plays.

    reached: how far they came before they left, from 0 to 1; only of contacts who agreed to be remembered.

    The id follows from the conversation and the story, so that the same listen is one row however often it is told.
    """

    __tablename__ = "listens"
    __table_args__ = (
        Index("ix_listens_contact_id_story_id", "contact_id", "story_id"),
        Index("ix_listens_at_story_id", "at", "story_id", "how", "thanked"),
        Index("ix_listens_story_id_how", "story_id", "how"),
    )

    id: Mapped[Id]
    story_id: Mapped[str] = mapped_column(of("stories.id"))
    contact_id: Mapped[str | None] = mapped_column(of("contacts.id"))
    conversation_id: Mapped[str | None] = mapped_column(of("conversations.id"))
    how: Mapped[str] = mapped_column(String(12))
    thanked: Mapped[bool] = mapped_column(default=False)
    counted: Mapped[bool] = mapped_column(default=False)
    reached: Mapped[float | None]
    at: Mapped[datetime]
