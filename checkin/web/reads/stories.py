"""What the pages of stories show: the queue of reviewers, one story on its desk, and the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import queries
from checkin.stories.models import Listen, Story, StoryInReview, StoryPosition, StoryReview
from checkin.stories.queries import WaitingStory
from checkin.volunteers.models import Alert
from checkin.web.reads.paging import paged

PAGE = 40
"""Stories on one page of the library."""

TOLD = "stories_wait"
"""The kind of alert that the leads were told of stories that wait too long."""

STATES = ("published", "resting", "withdrawn")
"""What the library shows: what is heard, what rests until its teller says yes again, and what was taken back."""

ORDERS = ("new", "plays", "thanks")


@dataclass(frozen=True)
class GoneBack:
    """A story that was returned or declined, and can be taken up again until it is erased."""

    id: str
    title: str
    language: str
    state: str
    until: datetime | None


@dataclass(frozen=True)
class ReviewQueue:
    """What waits, longest first; how many have waited for too long; since when the leads know; what went back."""

    waiting: Sequence[WaitingStory]
    late: int
    told_at: datetime | None
    gone_back: Sequence[GoneBack]


@dataclass(frozen=True)
class OnReview:
    """One story and its desk, with everything that was said of it. yes: which of it counts for what is there now."""

    story: Story
    desk: StoryInReview | None
    said: Sequence[StoryReview]
    yes: Sequence[StoryReview]


@dataclass(frozen=True)
class StoryFilter:
    """Which stories of the library. Empty: any. state: one of STATES; order: one of ORDERS."""

    topic: str = ""
    language: str = ""
    kind: str = ""
    state: str = "published"
    order: str = "new"


@dataclass(frozen=True)
class StoryHearings:
    """How often a story was begun and heard to its end, of those listens that are still kept."""

    begun: int = 0
    whole: int = 0

    @property
    def share(self) -> int | None:
        """Of a hundred who began it, how many heard its end."""
        return round(100 * self.whole / self.begun) if self.begun else None


@dataclass(frozen=True)
class StoryLibrary:
    """One page of it (one more than PAGE where there is another), and the topics that there are."""

    stories: Sequence[Story]
    heard: dict[str, StoryHearings]
    topics: Sequence[str]

    def of(self, story: Story) -> StoryHearings:
        return self.heard.get(story.id, StoryHearings())


def queue(uow: UnitOfWork, line: str, within: timedelta) -> ReviewQueue:
    """The queue; within: how long a story may wait. Four statements."""
    waiting = queries.waiting_for_review(uow.session, line)
    told_at = uow.session.scalar(
        select(func.max(Alert.last_at)).where(Alert.line == line, Alert.kind == TOLD, Alert.closed_at.is_(None))
    )
    back = uow.session.execute(
        select(Story.id, Story.title, Story.language, Story.state, Story.forget_at)
        .where(Story.line == line, Story.state.in_(("returned", "declined")))
        .order_by(Story.forget_at, Story.id)
        .limit(PAGE)
    )
    late = sum(waits.since <= uow.now - within for waits in waiting)
    return ReviewQueue(waiting, late, told_at, [GoneBack(*row) for row in back])


def on_review(uow: UnitOfWork, line: str, story_id: str) -> OnReview | None:
    """One story of this line, in any state; None when there is none. Two statements."""
    row = uow.session.execute(
        select(Story, StoryInReview)
        .outerjoin(StoryInReview, StoryInReview.story_id == Story.id)
        .where(Story.line == line, Story.id == story_id)
    ).first()
    if row is None:
        return None
    story, desk = row
    said = uow.session.scalars(
        select(StoryReview).where(StoryReview.story_id == story.id).order_by(StoryReview.at, StoryReview.id)
    ).all()
    yes = [
        review for review in said if review.outcome == "yes" and desk is not None and queries.is_yes_to_it(review, desk)
    ]
    return OnReview(story, desk, said, yes)


def library(uow: UnitOfWork, line: str, wanted: StoryFilter, page: int) -> StoryLibrary:
    """What there is to hear, or was. Three statements."""
    found = select(Story).where(Story.line == line, Story.state == wanted.state)
    if wanted.language:
        found = found.where(Story.language == wanted.language)
    if wanted.kind:
        found = found.where(Story.kind == wanted.kind)
    if wanted.topic:
        there = select(StoryPosition.story_id).where(StoryPosition.line == line, StoryPosition.topic == wanted.topic)
        found = found.where(Story.id.in_(there))
    stories = uow.session.scalars(paged(_ordered(found, wanted.order), page, PAGE)).all()
    topics = uow.session.scalars(
        select(StoryPosition.topic).distinct().where(StoryPosition.line == line, StoryPosition.topic != "")
    )
    return StoryLibrary(stories, heard(uow.session, [story.id for story in stories]), sorted(topics))


def heard(session: Session, story_ids: Sequence[str]) -> dict[str, StoryHearings]:
    """How each of these was heard. One statement."""
    rows = session.execute(
        select(
            Listen.story_id,
            func.count(),
            func.sum(case((Listen.how.in_(("finished", "thanked")), 1), else_=0)),
        )
        .where(Listen.story_id.in_(story_ids))
        .group_by(Listen.story_id)
    )
    return {story_id: StoryHearings(begun, int(whole or 0)) for story_id, begun, whole in rows}


def _ordered(found: Select[Story], order: str) -> Select[Story]:
    first = {"plays": Story.plays.desc(), "thanks": Story.thanks.desc()}.get(order)
    newest = (Story.published_at.desc(), Story.id)
    return found.order_by(*newest) if first is None else found.order_by(first, *newest)
