"""The desk of each story: why and since when it waits for its reviewers, and who has said yes to what is there now."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import select

from checkin.core import lines
from checkin.core.unit_of_work import Work
from checkin.outbox import outbox
from checkin.stories import rotation
from checkin.stories.models import Story, StoryDesk, StoryReview
from checkin.stories.review_queries import counts
from checkin.volunteers.shift_queries import is_pending

Because = Literal["new", "reported"]


def of(work: Work, story: Story) -> StoryDesk:
    """The story's desk; a new one when it has none yet."""
    return work.session.get(StoryDesk, story.id) or _new(work, story)


def begin(work: Work, story: Story) -> StoryDesk:
    """The desk of a new story, which waits for its first review unless it is published already."""
    desk = _new(work, story)
    prepare(work, story)
    if story.state == "waiting_review":
        desk.waiting_since = work.now
        outbox.later(work, "story_waits", story.id, work.now)
    return desk


def again(work: Work, story: Story, because: Because) -> None:
    """From now on it waits for review, and nobody hears it. Every yes of before was for another time."""
    desk = of(work, story)
    desk.round += 1
    desk.because, desk.waiting_since = because, work.now
    story.state = "waiting_review"
    rotation.take_off(work, story.id)
    prepare(work, story)
    outbox.later(work, "story_waits", story.id, work.now)


def _new(work: Work, story: Story) -> StoryDesk:
    desk = StoryDesk(
        story_id=story.id,
        line=story.line,
        because="new",
        round=1,
        head=0.0,
        tail=0.0,
        by_machine=False,
        reports_seen=0,
    )
    work.session.add(desk)
    return desk


def prepare(work: Work, story: Story) -> None:
    """Its sound is here: the worker draws it, and writes its words down if the line has a model for that."""
    if story.media_key is not None:
        outbox.later(work, "draw_story", story.id, work.now)
        if story.words_encrypted is None:
            outbox.later(work, "transcribe_story", story.id, work.now)


def watch(work: Work, story_id: str) -> None:
    """See to it that somebody is told when stories wait too long; one look is planned for each line at a time."""
    story = work.session.get(Story, story_id)
    key = f"review_watch:{story.line}" if story is not None else ""
    if story is not None and not is_pending(work.session, key):
        at = work.now + lines.get(work, story.line).stories.review_within
        outbox.later(work, "review_watch", story.id, at, unique_key=key)


def left(work: Work, story: Story) -> None:
    """It waits no longer, whatever was decided."""
    of(work, story).waiting_since = None


def vouch(work: Work, desk: StoryDesk, who: str) -> None:
    """Somebody hands the story in on their own word that it was reviewed."""
    desk.waiting_since = None
    write_down(work, desk, who, f"name:{who.casefold()}", "vouched")


def yeses(work: Work, desk: StoryDesk) -> list[StoryReview]:
    """Who has said yes to what is there now, one row a person, oldest first."""
    rows = work.session.scalars(
        select(StoryReview)
        .where(StoryReview.story_id == desk.story_id, StoryReview.outcome == "yes")
        .order_by(StoryReview.at, StoryReview.id)
    )
    return [row for row in rows if counts(row, desk)]


def write_down(
    work: Work, desk: StoryDesk, by: str, by_key: str, outcome: str, answers: dict[str, str] | None = None
) -> None:
    """Keep who said what."""
    work.session.add(
        StoryReview(
            id=work.new_id(),
            story_id=desk.story_id,
            round=desk.round,
            by=by[:80],
            by_key=by_key[:80],
            outcome=outcome,
            answers=dict(answers or {}),
            at=work.now,
        )
    )
