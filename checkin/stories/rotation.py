"""Keeps the shelves in step: what is published stands in its places, and what was told goes to the end of the row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from checkin.core.statements import changed
from checkin.core.unit_of_work import Work
from checkin.stories.models import ShelfPlace, Story
from checkin.stories.rules.choice import NEVER
from checkin.stories.shortlist import Shelf

WAITING_AT_MOST = 60
"""Seconds: a story that plays in the wait loop is at most a minute, so that a peer who joins is not missed for long."""


def put(work: Work, story: Story) -> None:
    """A published story into its places, in place of those it had; its turn stays what it was.

    For one that is not published: out of all of them.
    """
    told_at = work.session.scalar(select(func.max(ShelfPlace.told_at)).where(ShelfPlace.story_id == story.id))
    take_off(work, story.id)
    if story.state != "published":
        return
    for shelf in _shelves(story):
        for topic in ("", *story.topics):
            work.session.add(
                ShelfPlace(
                    story_id=story.id,
                    shelf=shelf,
                    topic=topic,
                    line=story.line,
                    language=story.language,
                    published_at=story.published_at or story.created_at,
                    told_at=told_at or NEVER,
                )
            )


def take_off(work: Work, story_id: str) -> None:
    """Nobody comes to this story any more."""
    work.session.execute(delete(ShelfPlace).where(ShelfPlace.story_id == story_id))


def told(work: Work, story_id: str, at: datetime) -> None:
    """Somebody was told this story: the others come first now."""
    earlier = update(ShelfPlace).where(ShelfPlace.story_id == story_id, ShelfPlace.told_at < at)
    changed(work.session, earlier.values(told_at=at))


def _shelves(story: Story) -> tuple[Shelf, ...]:
    if story.kind == "tip":
        return ("tip",)
    if story.media_key is not None and story.seconds <= WAITING_AT_MOST and not story.note:
        return ("story", "wait")
    return ("story",)
