"""Stories that were taken back: the row stays so that nobody wonders where it went; what was told is gone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, select, update

from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories.models import Story, StoryInReview, StoryPosition

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
