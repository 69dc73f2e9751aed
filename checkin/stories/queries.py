"""Which stories there are. What is not published is never found to be heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkin.stories.models import Story, StoryInReview, StoryReview


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


@dataclass(frozen=True)
class LibraryTotals:
    """The state of every story that there is or was, by each of the names it is known by."""

    states: dict[str | bytes, str]

    def state_of(self, *names: str | bytes | None) -> str | None:
        """The state of the story that has one of these names; None when there never was one."""
        return next((self.states[name] for name in names if name is not None and name in self.states), None)


def known(session: Session) -> LibraryTotals:
    """By id, origin, sample's name and code. One statement."""
    found = session.execute(select(Story.state, Story.id, Story.origin, Story.sample, Story.code_key))
    return LibraryTotals({name: state for state, *names in found for name in names if name is not None})


def published(session: Session, line: str) -> list[str]:
    """The ids of what can be heard on a line, oldest first."""
    query = select(Story.id).where(Story.line == line, Story.state == "published")
    return list(session.scalars(query.order_by(Story.published_at, Story.id)))


@dataclass(frozen=True)
class WaitingStory:
    """A story that waits for review. since: when it began to. yes: who has said yes to what is there now."""

    story: Story
    desk: StoryInReview
    since: datetime
    yes: tuple[str, ...]


def waiting_for_review(session: Session, line: str) -> list[WaitingStory]:
    """The queue of a line, what waits longest first. Two statements."""
    found = (
        select(Story, StoryInReview)
        .join(StoryInReview, StoryInReview.story_id == Story.id)
        .where(StoryInReview.line == line, StoryInReview.waiting_since.is_not(None), Story.state == "waiting_review")
        .order_by(StoryInReview.waiting_since, Story.id)
    )
    rows = session.execute(found).all()
    yes = _yes(session, [desk for _, desk in rows])
    return [
        WaitingStory(story, desk, desk.waiting_since or story.created_at, yes.get(story.id, ())) for story, desk in rows
    ]


def _yes(session: Session, desks: list[StoryInReview]) -> dict[str, tuple[str, ...]]:
    by_story = {desk.story_id: desk for desk in desks}
    rows = session.scalars(
        select(StoryReview)
        .where(StoryReview.story_id.in_(by_story), StoryReview.outcome == "yes")
        .order_by(StoryReview.at, StoryReview.id)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if is_yes_to_it(row, by_story[row.story_id]):
            found[row.story_id] = (*found.get(row.story_id, ()), row.by)
    return found


def is_yes_to_it(row: StoryReview, desk: StoryInReview) -> bool:
    """Whether this yes is to what is there now: of this round, and after the last change to its words or sound."""
    return row.round == desk.round and (desk.edited_at is None or row.at >= desk.edited_at)
