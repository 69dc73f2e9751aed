"""Which stories there are. What is not published is never found to be heard."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class ListedStory:
    """A story as an organizer sees it in a list, without its words."""

    id: str
    title: str
    topics: tuple[str, ...]
    language: str
    state: str
    seconds: int
    has_audio: bool
    note: str
    plays: int
    thanks: int
    sample: bool


def listing(session: Session) -> list[ListedStory]:
    """Every story, those that wait for review first, then by language and title. Tombstones last."""
    states = ("waiting_review", "returned", "private", "published", "resting", "declined", "withdrawn")
    order = {state: place for place, state in enumerate(states)}
    rows = [as_listed(story) for story in session.scalars(select(Story))]
    return sorted(rows, key=lambda row: (order.get(row.state, 9), row.language, row.title.casefold()))


def as_listed(story: Story) -> ListedStory:
    """One story as it stands in lists."""
    return ListedStory(
        id=story.id,
        title=story.title,
        topics=tuple(story.topics),
        language=story.language,
        state=story.state,
        seconds=story.seconds,
        has_audio=story.media_key is not None,
        note=story.note,
        plays=story.plays,
        thanks=story.thanks,
        sample=story.sample is not None,
    )


def beginning_with(session: Session, written: str, limit: int = 2) -> list[str]:
    """The ids that begin with what an organizer typed (at least the first few characters of one)."""
    return list(session.scalars(select(Story.id).where(Story.id.startswith(written, autoescape=True)).limit(limit)))


def samples_loaded(session: Session) -> set[str]:
    """Names of the samples that are here already, also those that were withdrawn since."""
    return {name for name in session.scalars(select(Story.sample).where(Story.sample.is_not(None))) if name}


def any_story(session: Session) -> bool:
    """Whether this database has ever had a story."""
    return session.scalar(select(Story.id).limit(1)) is not None


def _may_be_heard(story_id: str) -> ColumnElement[bool]:
    return (Story.id == story_id) & (Story.state == "published")
