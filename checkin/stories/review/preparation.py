"""What the worker does for a story that waits: its sound drawn, trimmed and written down; and what ends is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.stories import service as stories
from checkin.stories.models import Story
from checkin.stories.review import queue
from checkin.stories.tellers import withdrawal


@dataclass(frozen=True)
class StorySound:
    """What there is to hear of a story. whole_key: the sound before anything was cut off it."""

    media_key: str
    whole_key: str
    language: str
    seconds: int


def sound_of(uow: UnitOfWork, story_id: str) -> StorySound | None:
    """Its sound; None when it has none (any more)."""
    story = uow.session.get(Story, story_id)
    if story is None or story.media_key is None:
        return None
    whole = queue.of(uow, story).original_key or story.media_key
    return StorySound(story.media_key, whole, story.language, story.seconds)


def drawn(uow: UnitOfWork, story_id: str, peaks: Sequence[int], noise: int) -> None:
    """Keep how loud it is from beginning to end (0 to 100) and how much of it is noise (percent), to be looked at."""
    story = uow.session.get(Story, story_id)
    if story is not None and story.media_key is not None:
        desk = queue.of(uow, story)
        desk.peaks, desk.noise = list(peaks), noise


def to_write_down(uow: UnitOfWork, story_id: str) -> StorySound | None:
    """The sound of a story that waits without words; None when somebody has typed them, or it waits no more."""
    story = uow.session.get(Story, story_id)
    if story is None or story.state != "waiting_review" or story.words_encrypted is not None:
        return None
    return sound_of(uow, story_id)


def written_down(uow: UnitOfWork, story_id: str, words: str) -> bool:
    """A machine wrote these words down. They stand only where nobody has typed any meanwhile."""
    if not words.strip() or to_write_down(uow, story_id) is None:
        return False
    story = uow.session.get_one(Story, story_id)
    stories.keep_words(uow, story, words)
    queue.of(uow, story).by_machine = True
    return True


def trimmed(uow: UnitOfWork, story_id: str, media_key: str, seconds: int, cut: tuple[float, float], who: str) -> None:
    """A shorter copy takes the place of its sound. The whole one is kept until the story is heard, then destroyed.

    cut: seconds at head and tail. A yes of before was to the longer one. Raises UserError.
    """
    story = uow.session.get(Story, story_id, with_for_update=True, populate_existing=True)
    if story is None or story.state != "waiting_review" or story.media_key is None:
        raise UserError("it's no longer waiting for review: nothing was trimmed")
    desk = queue.of(uow, story)
    if desk.original_key is None:
        desk.original_key = story.media_key
    else:
        outbox.later(uow, "destroy_media", story.media_key, uow.now)
    story.media_key, story.seconds = media_key, seconds
    (desk.head, desk.tail), desk.edited_at = cut, uow.now
    off = f"{cut[0]:g} s off its head, {cut[1]:g} s off its tail"
    audit.write(uow, who, AuditAction.TRIM_STORY, story.id, story.state, off)
    outbox.later(uow, "draw_story", story.id, uow.now)


def forget_due(uow: UnitOfWork, story_id: str) -> Outcome:
    """A story whose time is over is erased: private, given back or declined. Answers how it went."""
    story = uow.session.get(Story, story_id)
    if story is None or story.forget_at is None or story.forget_at > uow.now:
        return Skipped("kept after all, or gone already")
    if story.state not in ("private", "returned", "declined"):
        return Skipped("taken up again")
    withdrawal.withdraw(uow, story.id, who="its time was over")
    return Done()
