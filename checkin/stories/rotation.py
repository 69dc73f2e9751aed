"""Keeps the rotations in step: what is published stands in its places, and what was told goes to the end of the row."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories.models import Story, StoryInReview, StoryPosition
from checkin.stories.rules import NEVER
from checkin.stories.shortlist import Rotation

WAITING_AT_MOST = 60
"""Seconds: a story that plays in the wait loop is at most a minute, so that a peer who joins is not missed for long."""


def put(uow: UnitOfWork, story: Story) -> None:
    """A published story into its places, in place of those it had; its turn stays what it was.

    For one that is not published: out of all of them.
    """
    told_at = uow.session.scalar(select(func.max(StoryPosition.told_at)).where(StoryPosition.story_id == story.id))
    take_off(uow, story.id)
    if story.state != "published":
        return
    for rotation in _rotations(story):
        for topic in ("", *story.topics):
            uow.session.add(
                StoryPosition(
                    story_id=story.id,
                    rotation=rotation,
                    topic=topic,
                    line=story.line,
                    language=story.language,
                    published_at=story.published_at or story.created_at,
                    told_at=told_at or NEVER,
                )
            )


def take_off(uow: UnitOfWork, story_id: str) -> None:
    """Nobody comes to this story any more."""
    uow.session.execute(delete(StoryPosition).where(StoryPosition.story_id == story_id))


def told(uow: UnitOfWork, story_id: str, at: datetime) -> None:
    """Somebody was told this story: the others come first now."""
    earlier = update(StoryPosition).where(StoryPosition.story_id == story_id, StoryPosition.told_at < at)
    changed(uow.session, earlier.values(told_at=at))


def _rotations(story: Story) -> tuple[Rotation, ...]:
    if story.kind == "tip":
        return ("tip",)
    if story.media_key is not None and story.seconds <= WAITING_AT_MOST and not story.note:
        return ("story", "wait")
    return ("story",)


_THERE = Story.state != "withdrawn"


def bury(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    """Take these stories off for good, from the next play on: without words, sound, note and credit.

    Their audio, and what was cut off it, is destroyed by the worker; a recording of theirs by whoever calls this.
    """
    found = select(Story.id, Story.media_key, StoryInReview.original_key).outerjoin(StoryInReview).where(which, _THERE)
    rows = uow.session.execute(found).all()
    if not rows:
        return
    ids = [row.id for row in rows]
    for key in {key for row in rows for key in (row.media_key, row.original_key) if key}:
        outbox.later(uow, "destroy_media", key, uow.now)
    for statement in (
        delete(StoryPosition).where(StoryPosition.story_id.in_(ids)),
        update(StoryInReview)
        .where(StoryInReview.story_id.in_(ids))
        .values(original_key=None, peaks=None, waiting_since=None, asked_at=None),
    ):
        changed(uow.session, statement)
    uow.session.execute(
        update(Story)
        .where(Story.id.in_(ids))
        .values(
            state="withdrawn",
            withdrawn_at=uow.now,
            words_encrypted=None,
            media_key=None,
            note="",
            credit=None,
        )
    )
