"""Keeps the rotations in step: what is published stands in its places, and what was told goes to the end of the row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, cast, delete, func, literal, null, select, union_all, update
from sqlalchemy.orm import Session

from checkin.core.models import AwareUTC
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.stories.models import Listen, Story, StoryInReview, StoryPosition
from checkin.stories.rules import NEVER, Pick, ToldStory

WAITING_AT_MOST = 60
"""Seconds: a story that plays in the wait loop is at most a minute, so that a peer who joins is not missed for long."""

_THERE = Story.state != "withdrawn"

Rotation = Literal["story", "wait", "tip"]

Rows = Select[*tuple[Any, ...]]

ENOUGH = 12
"""Rows of each shortlist: enough for chance to decide between a few, and for a handful that were told in this talk."""

MOST_SUITING = 3
"""Tags that are looked up as topics."""

REMEMBERED = timedelta(days=30)
"""How long a story that somebody left half heard is offered to them again."""

NEARLY_ALL = 0.95
"""Who came so far has heard it."""


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


@dataclass(frozen=True)
class WantedStory:
    """What is looked for. topics: any of these (empty: of any topic). not_again: told in this very talk.

    suiting: topics that suit this contact especially, where they asked for none; the first few of them count.
    """

    line: str
    language: str
    contact_id: str
    rotation: Rotation = "story"
    topics: tuple[str, ...] = ()
    not_again: Collection[str] = ()
    suiting: tuple[str, ...] = ()


def shortlist(session: Session, wanted: WantedStory, pick: Pick) -> list[ToldStory]:
    """Those next in turn and the newest that this contact has not heard; unless `unheard` is asked for, also the one
    that they heard longest ago. One statement; each part of it walks an index and stops after a few rows."""
    parts: list[Rows] = []
    suiting = wanted.suiting[:MOST_SUITING]
    for topic in wanted.topics or (*suiting, ""):
        fits = _fits(wanted, topic)
        fresh = _fresh(wanted, fits, suits=topic in suiting)
        parts.append(_few(fresh.order_by(StoryPosition.published_at.desc())))
        if pick != "newest":
            parts.append(_few(fresh.order_by(StoryPosition.told_at)))
        if pick != "unheard":
            parts.append(_few(_heard_longest_ago(wanted, fits), 1))
    rows = session.execute(union_all(*parts))
    found: dict[str, ToldStory] = {}
    for row in rows:
        found.setdefault(row[0], ToldStory(row[0], row[1], row[2], row[3], suits=bool(row[4])))
    return list(found.values())


def is_empty(session: Session, wanted: WantedStory) -> bool:
    """Whether there is nothing at all of this kind in this language, whatever its topic, and heard or not."""
    there = select(StoryPosition.story_id).where(
        StoryPosition.line == wanted.line, StoryPosition.language == wanted.language,
        StoryPosition.rotation == wanted.rotation, StoryPosition.topic == "",
    )  # fmt: skip
    return session.scalar(there.limit(1)) is None


def left_unfinished(session: Session, wanted: WantedStory, now: datetime) -> tuple[str, float] | None:
    """The story that this contact left before its end when they heard one last, and how far they had come (0 to 1).

    One statement. None when they have heard another since, or cannot hear it any more.
    """
    row = session.execute(
        select(Listen.story_id, Listen.how, Listen.reached, Story.state, Story.line, Story.language, Story.kind)
        .join(Story, Story.id == Listen.story_id)
        .where(Listen.contact_id == wanted.contact_id, Listen.at > now - REMEMBERED)
        .order_by(Listen.at.desc(), Listen.id)
        .limit(1)
    ).first()
    if row is None or row.reached is None or row.reached > NEARLY_ALL or row.story_id in wanted.not_again:
        return None
    told = (row.how, row.state, row.line, row.language, row.kind)
    if told != ("stopped", "published", wanted.line, wanted.language, wanted.rotation):
        return None
    return row.story_id, row.reached


def _fits(wanted: WantedStory, topic: str) -> Sequence[ColumnElement[bool]]:
    return (
        StoryPosition.line == wanted.line,
        StoryPosition.language == wanted.language,
        StoryPosition.rotation == wanted.rotation,
        StoryPosition.topic == topic,
        StoryPosition.story_id.not_in(wanted.not_again),
    )


def _fresh(wanted: WantedStory, fits: Sequence[ColumnElement[bool]], *, suits: bool) -> Rows:
    """Not heard by this contact. The story is looked at too: a place that outlived its story leads nowhere."""
    heard = select(Listen.id).where(Listen.contact_id == wanted.contact_id, Listen.story_id == StoryPosition.story_id)
    may_be_heard = select(Story.id).where(Story.id == StoryPosition.story_id, Story.state == "published")
    heard_at = cast(null(), AwareUTC).label("heard_at")
    told = (StoryPosition.story_id, StoryPosition.published_at, StoryPosition.told_at, heard_at)
    return select(*told, literal(suits).label("suits")).where(*fits, may_be_heard.exists(), ~heard.exists())


def _heard_longest_ago(wanted: WantedStory, fits: Sequence[ColumnElement[bool]]) -> Rows:
    """From what this contact has heard, which is little, and not from all stories."""
    heard_at = func.max(Listen.at, type_=AwareUTC).label("heard_at")
    return (
        select(
            StoryPosition.story_id,
            StoryPosition.published_at,
            StoryPosition.told_at,
            heard_at,
            literal(False).label("suits"),
        )
        .join(Listen, Listen.story_id == StoryPosition.story_id)
        .join(Story, Story.id == StoryPosition.story_id)
        .where(*fits, Listen.contact_id == wanted.contact_id, Story.state == "published")
        .group_by(StoryPosition.story_id, StoryPosition.published_at, StoryPosition.told_at)
        .order_by(heard_at, StoryPosition.story_id)
    )


def _few(statement: Rows, most: int = ENOUGH) -> Rows:
    """As a part of a union: what has a limit must be wrapped there."""
    return select(statement.limit(most).subquery())
