"""The desk of each story: why and since when it waits for its reviewers, and who has said yes to what is there now."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories import rotation
from checkin.stories.models import Story, StoryInReview, StoryReview
from checkin.stories.queries import is_yes_to_it
from checkin.volunteers.shift_queries import is_pending

Because = Literal["new", "reported"]


def of(uow: UnitOfWork, story: Story) -> StoryInReview:
    """The story's desk; a new one when it has none yet."""
    return uow.session.get(StoryInReview, story.id) or _new(uow, story)


def begin(uow: UnitOfWork, story: Story) -> StoryInReview:
    """The desk of a new story, which waits for its first review unless it is published already."""
    desk = _new(uow, story)
    prepare(uow, story)
    if story.state == "waiting_review":
        desk.waiting_since = uow.now
        outbox.later(uow, "story_waits", story.id, uow.now)
    return desk


def again(uow: UnitOfWork, story: Story, because: Because) -> None:
    """From now on it waits for review, and nobody hears it. Every yes of before was for another time."""
    desk = of(uow, story)
    desk.round += 1
    desk.because, desk.waiting_since = because, uow.now
    story.state = "waiting_review"
    rotation.take_off(uow, story.id)
    prepare(uow, story)
    outbox.later(uow, "story_waits", story.id, uow.now)


def _new(uow: UnitOfWork, story: Story) -> StoryInReview:
    desk = StoryInReview(
        story_id=story.id,
        line=story.line,
        because="new",
        round=1,
        head=0.0,
        tail=0.0,
        by_machine=False,
        reports_seen=0,
    )
    uow.session.add(desk)
    return desk


def prepare(uow: UnitOfWork, story: Story) -> None:
    """Its sound is here: the worker draws it, and writes its words down if the line has a model for that."""
    if story.media_key is not None:
        outbox.later(uow, "draw_story", story.id, uow.now)
        if story.words_encrypted is None:
            outbox.later(uow, "transcribe_story", story.id, uow.now)


def watch(uow: UnitOfWork, story_id: str) -> None:
    """See to it that somebody is told when stories wait too long; one look is planned for each line at a time."""
    story = uow.session.get(Story, story_id)
    key = f"review_watch:{story.line}" if story is not None else ""
    if story is not None and not is_pending(uow.session, key):
        at = uow.now + lines.get(uow, story.line).stories.review_within
        outbox.later(uow, "review_watch", story.id, at, unique_key=key)


def left(uow: UnitOfWork, story: Story) -> None:
    """It waits no longer, whatever was decided."""
    of(uow, story).waiting_since = None


def vouch(uow: UnitOfWork, desk: StoryInReview, who: str) -> None:
    """Somebody hands the story in on their own word that it was reviewed."""
    desk.waiting_since = None
    write_down(uow, desk, who, f"name:{who.casefold()}", "vouched")


def yeses(uow: UnitOfWork, desk: StoryInReview) -> list[StoryReview]:
    """Who has said yes to what is there now, one row a person, oldest first."""
    rows = uow.session.scalars(
        select(StoryReview)
        .where(StoryReview.story_id == desk.story_id, StoryReview.outcome == "yes")
        .order_by(StoryReview.at, StoryReview.id)
    )
    return [row for row in rows if is_yes_to_it(row, desk)]


def write_down(
    uow: UnitOfWork, desk: StoryInReview, by: str, by_key: str, outcome: str, answers: dict[str, str] | None = None
) -> None:
    """Keep who said what."""
    uow.session.add(
        StoryReview(
            id=uow.new_id(),
            story_id=desk.story_id,
            round=desk.round,
            by=by[:80],
            by_key=by_key[:80],
            outcome=outcome,
            answers=dict(answers or {}),
            at=uow.now,
        )
    )
