"""A published story as a backup keeps it: with its words, and with what its teller needs to take it back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from checkin.core.unit_of_work import UnitOfWork
from checkin.stories import service as stories
from checkin.stories.models import Story, StoryInReview


@dataclass(frozen=True)
class Exported:
    """code_key: the keyed hash of the withdraw code; it means something only with this line's oldest secret."""

    id: str
    title: str
    kind: str
    topics: tuple[str, ...]
    language: str
    words: str = field(repr=False)
    note: str
    credit: str | None
    consent_at: datetime
    media_key: str | None
    sample: str | None
    code_key: bytes | None


def of(uow: UnitOfWork, story_id: str) -> Exported | None:
    """The story, if it may be heard at this moment."""
    story = uow.session.get(Story, story_id)
    if story is None or story.state != "published":
        return None
    desk = uow.session.get(StoryInReview, story_id)
    return Exported(
        id=story.id,
        title=story.title,
        kind=story.kind,
        topics=tuple(story.topics),
        language=story.language,
        words=stories.words_of(uow, story),
        note=story.note,
        credit=story.credit,
        consent_at=(desk.consent_at if desk is not None else None) or story.published_at or story.created_at,
        media_key=story.media_key,
        sample=story.sample,
        code_key=story.code_key,
    )
