"""Stories that were taken back: the row stays so that nobody wonders where it went; what was told is gone."""

from __future__ import annotations

from sqlalchemy import ColumnElement, update

from checkin.models.stories import Story
from checkin.work import Work


def bury(work: Work, which: ColumnElement[bool]) -> None:
    """Take these stories off for good, from the next play on: without words, sound, note and credit.

    Their audio is destroyed by whoever calls this: it is a recording's, or the story's own.
    """
    work.session.execute(
        update(Story)
        .where(which, Story.state != "withdrawn")
        .values(
            state="withdrawn",
            withdrawn_at=work.now,
            words_sealed=None,
            media_key=None,
            note="",
            credit=None,
        )
    )
