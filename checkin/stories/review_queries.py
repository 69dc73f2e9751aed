"""What waits to be reviewed, and who has said what about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.stories.models import Story, StoryInReview, StoryReview


@dataclass(frozen=True)
class WaitingStory:
    """A story that waits for review. since: when it began to. yes: who has said yes to what is there now."""

    id: str
    title: str
    topics: tuple[str, ...]
    language: str
    kind: str
    seconds: int
    has_audio: bool
    has_words: bool
    because: str
    since: datetime
    reports: int
    yes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewerAnswer:
    """One reviewer's word."""

    by: str
    outcome: str
    round: int
    answers: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None


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
    return [_as_waiting(story, desk, yes.get(story.id, ())) for story, desk in rows]


def said(session: Session, story_id: str) -> list[ReviewerAnswer]:
    """Everything that reviewers said of one story, oldest first."""
    rows = session.scalars(
        select(StoryReview).where(StoryReview.story_id == story_id).order_by(StoryReview.at, StoryReview.id)
    )
    return [ReviewerAnswer(row.by, row.outcome, row.round, dict(row.answers), row.at) for row in rows]


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


def _as_waiting(story: Story, desk: StoryInReview, yes: tuple[str, ...]) -> WaitingStory:
    return WaitingStory(
        id=story.id,
        title=story.title,
        topics=tuple(story.topics),
        language=story.language,
        kind=story.kind,
        seconds=story.seconds,
        has_audio=story.media_key is not None,
        has_words=story.words_encrypted is not None,
        because=desk.because,
        since=desk.waiting_since or story.created_at,
        reports=story.reports,
        yes=yes,
    )
