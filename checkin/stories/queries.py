"""Which stories there are. What is not published is never found to be heard."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkin.stories.models import Story


def to_tell(session: Session, story_id: str) -> Story | None:
    """The story, if it may be heard at this moment."""
    return session.scalars(select(Story).where(_may_be_heard(story_id))).first()


def may_be_heard(session: Session, story_id: str) -> bool:
    """Whether it may be heard at this moment."""
    return session.scalar(select(Story.id).where(_may_be_heard(story_id))) is not None


def audio_of(session: Session, story_id: str) -> str | None:
    """The key of its audio in the media store; None when it has none or may not be heard (any more)."""
    return session.scalar(select(Story.media_key).where(_may_be_heard(story_id)))


def samples_loaded(session: Session) -> set[str]:
    """Names of the samples that are here already, also those that were withdrawn since."""
    return {name for name in session.scalars(select(Story.sample).where(Story.sample.is_not(None))) if name}


def any_story(session: Session) -> bool:
    """Whether this database has ever had a story."""
    return session.scalar(select(Story.id).limit(1)) is not None


def _may_be_heard(story_id: str) -> ColumnElement[bool]:
    return (Story.id == story_id) & (Story.state == "published")
