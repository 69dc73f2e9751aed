"""What waits to be reviewed, and who has said what about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.stories.models import Story, StoryInReview, StoryReview


@dataclass(frozen=True)
class WaitingStory:
    """A story that waits for review. since: when it began to. yes: who has said yes to what is there now."""

    story: Story
    desk: StoryInReview
    since: datetime
    yes: tuple[str, ...]


def waiting(session: Session, line: str) -> list[WaitingStory]:
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
        if counts(row, by_story[row.story_id]):
            found[row.story_id] = (*found.get(row.story_id, ()), row.by)
    return found


def counts(row: StoryReview, desk: StoryInReview) -> bool:
    """Whether this yes is to what is there now: of this round, and after the last change to its words or sound."""
    return row.round == desk.round and (desk.edited_at is None or row.at >= desk.edited_at)
