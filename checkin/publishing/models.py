"""Versions of the flows, drafts of them, and how people pass through them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from checkin.core.models import Base, Id, of


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


class TranscriptDraft(Base):
    """What the editor holds of the conversations of a flow, word for word, also when they cannot be read yet.

    revision: as for a flow. It goes once it is published: the publication keeps it.
    """

    __tablename__ = "transcript_drafts"

    flow: Mapped[str] = mapped_column(String(80), primary_key=True)
    source: Mapped[str]
    revision: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class Definition(Base):
    """A flow that conversations began with, by its content hash, so that a deploy never changes it under them.

    `source` is Flow.definition: canonical JSON of what the author wrote, from which the same hash comes.
    Rows are never changed and never deleted.
    """

    __tablename__ = "definitions"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    flow: Mapped[str] = mapped_column(String(80))
    source: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(80))


class Publication(Base):
    """From `at` on new conversations begin with this version of the flow: its newest row counts. Append only.

    from_files: nobody published it: a process found it in the files, and nobody had published the flow before.
    retired: from then on none begins with it; the hash is that of its last version. talks: its conversations as they
    were written on the pages; None: what their file says.
    """

    __tablename__ = "publications"
    __table_args__ = (Index("ix_publications_flow_id", "flow", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str] = mapped_column(String(80))
    hash: Mapped[str] = mapped_column(of("definitions.hash"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(400))
    from_files: Mapped[bool] = mapped_column(default=False)
    retired: Mapped[bool] = mapped_column(default=False)
    talks: Mapped[str | None] = mapped_column(Text, deferred=True)


class StepCount(Base):
    """How often, in one month, a step of a flow was left in one way. There is no way from here to a conversation.

    The id follows from everything but `times`, so that what is alike is counted in one row: drawings read as much of a
    line where a million passed as of one where a thousand did. version: the beginning of the flow's hash. outcome: as
    in engine.position.Way. seconds: about how long they had been waited for there; None for a step that does not wait.
    until: the end of the month, midnight UTC, and all that is known of the time.
    """

    __tablename__ = "step_counts"
    __table_args__ = (Index("ix_step_counts_counted", "flow", "version", "step", "outcome", "seconds", "times"),)

    id: Mapped[Id]
    flow: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(12))
    step: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(10))
    seconds: Mapped[int | None]
    times: Mapped[int]
    until: Mapped[datetime]
