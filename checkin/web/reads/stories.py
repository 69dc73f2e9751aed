"""What the pages of stories show: the queue of reviewers, one story on its desk, and the library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import Work
from checkin.stories import review_queries
from checkin.stories.models import Listen, ShelfPlace, Story, StoryDesk, StoryReview
from checkin.stories.review_queries import Waiting
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
class Queue:
    """What waits, longest first; how many have waited for too long; since when the leads know; what went back."""

    waiting: Sequence[Waiting]
    late: int
    told_at: datetime | None
    gone_back: Sequence[GoneBack]


@dataclass(frozen=True)
class OnReview:
    """One story and its desk, with everything that was said of it. yes: which of it counts for what is there now."""

    story: Story
    desk: StoryDesk | None
    said: Sequence[StoryReview]
    yes: Sequence[StoryReview]


@dataclass(frozen=True)
class Wanted:
    """Which stories of the library. Empty: any. state: one of STATES; order: one of ORDERS."""

    topic: str = ""
    language: str = ""
    kind: str = ""
    state: str = "published"
    order: str = "new"


@dataclass(frozen=True)
class Heard:
    """How often a story was begun and heard to its end, of those listens that are still kept."""

    begun: int = 0
    whole: int = 0

    @property
    def share(self) -> int | None:
        """Of a hundred who began it, how many heard its end."""
        return round(100 * self.whole / self.begun) if self.begun else None


@dataclass(frozen=True)
class Library:
    """One page of it (one more than PAGE where there is another), and the topics that there are."""

    stories: Sequence[Story]
    heard: dict[str, Heard]
    topics: Sequence[str]

    def of(self, story: Story) -> Heard:
        """How this one was heard."""
        return self.heard.get(story.id, Heard())


def queue(work: Work, line: str, within: timedelta) -> Queue:
    """The queue; within: how long a story may wait. Four statements."""
    waiting = review_queries.waiting(work.session, line)
    told_at = work.session.scalar(
        select(func.max(Alert.last_at)).where(Alert.line == line, Alert.kind == TOLD, Alert.closed_at.is_(None))
    )
    back = work.session.execute(
        select(Story.id, Story.title, Story.language, Story.state, Story.forget_at)
        .where(Story.line == line, Story.state.in_(("returned", "declined")))
        .order_by(Story.forget_at, Story.id)
        .limit(PAGE)
    )
    late = sum(one.since <= work.now - within for one in waiting)
    return Queue(waiting, late, told_at, [GoneBack(*row) for row in back])


def on_review(work: Work, line: str, story_id: str) -> OnReview | None:
    """One story of this line, in any state; None when there is none. Two statements."""
    row = work.session.execute(
        select(Story, StoryDesk)
        .outerjoin(StoryDesk, StoryDesk.story_id == Story.id)
        .where(Story.line == line, Story.id == story_id)
    ).first()
    if row is None:
        return None
    story, desk = row
    said = work.session.scalars(
        select(StoryReview).where(StoryReview.story_id == story.id).order_by(StoryReview.at, StoryReview.id)
    ).all()
    yes = [one for one in said if one.outcome == "yes" and desk is not None and review_queries.counts(one, desk)]
    return OnReview(story, desk, said, yes)


def library(work: Work, line: str, wanted: Wanted, page: int) -> Library:
    """What there is to hear, or was. Three statements."""
    found = select(Story).where(Story.line == line, Story.state == wanted.state)
    if wanted.language:
        found = found.where(Story.language == wanted.language)
    if wanted.kind:
        found = found.where(Story.kind == wanted.kind)
    if wanted.topic:
        there = select(ShelfPlace.story_id).where(ShelfPlace.line == line, ShelfPlace.topic == wanted.topic)
        found = found.where(Story.id.in_(there))
    stories = work.session.scalars(paged(_ordered(found, wanted.order), page, PAGE)).all()
    topics = work.session.scalars(
        select(ShelfPlace.topic).distinct().where(ShelfPlace.line == line, ShelfPlace.topic != "")
    )
    return Library(stories, heard(work.session, [story.id for story in stories]), sorted(topics))


def heard(session: Session, story_ids: Sequence[str]) -> dict[str, Heard]:
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
    return {story_id: Heard(begun, int(whole or 0)) for story_id, begun, whole in rows}


def _ordered(found: Select[Story], order: str) -> Select[Story]:
    first = {"plays": Story.plays.desc(), "thanks": Story.thanks.desc()}.get(order)
    newest = (Story.published_at.desc(), Story.id)
    return found.order_by(*newest) if first is None else found.order_by(first, *newest)
