"""Which story somebody hears next: none again before all that fit were heard, and every teller's turn comes round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checkin.core.rules.zones import fraction

Pick = Literal["unheard", "newest", "random"]

NEW = timedelta(days=14)
FOR_NEW_ONES = 0.2
"""Of the choices where a new story would do, how many go to the new ones alone; the rest goes round among all. So
new ones come early, and no other story loses more than a fifth of its share to them."""

FOR_WHAT_SUITS = 0.5
"""Who asks for any story and is known for a need (a tag that is also a topic) hears one on that so often."""

NEXT_IN_TURN = 6
"""Chance decides between so many: listeners of the same moment do not all hear the same one. Fewer would be fairer only
as long as every listen is counted at once, and counting is a worker's."""

NEVER = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
"""`told_at` of what nobody has been told yet: it is next in turn."""


@dataclass(frozen=True)
class ToldStory:
    """What choosing knows of a story that fits. told_at: last to anybody; heard_at: last by this contact; suits: it is
    about something that this contact is known for."""

    id: str
    published_at: datetime
    told_at: datetime = NEVER
    heard_at: datetime | None = None
    suits: bool = False


def choose(stories: Sequence[ToldStory], pick: Pick, now: datetime, seed: str) -> str | None:
    """The id of the story to tell, out of those that fit by language and topic; None when there is none.

    `unheard`: in turn, the one that was told longest ago, new ones early; None when this contact has heard them all.
    `newest` goes by the date alone, `random` by chance alone, and both begin again with the one that was heard longest
    ago. The same seed chooses the same. A shortlist is as good as all: those next in turn and the newest, unheard.
    """
    not_enqueued = [story for story in stories if story.heard_at is None]
    if not not_enqueued:
        again = [] if pick == "unheard" else [(story.heard_at or NEVER, story.id) for story in stories]
        return min(again)[1] if again else None
    suiting = [story for story in not_enqueued if story.suits]
    if suiting and fraction(f"{seed}:suits") < FOR_WHAT_SUITS:
        not_enqueued = suiting
    if pick == "newest":
        return max(not_enqueued, key=lambda story: (story.published_at, _chance(story, seed))).id
    if pick == "random":
        return min(not_enqueued, key=lambda story: _chance(story, seed)).id
    new = [story for story in not_enqueued if now - story.published_at < NEW]
    among = new if new and fraction(f"{seed}:new") < FOR_NEW_ONES else not_enqueued
    in_turn = sorted(among, key=lambda story: (story.told_at, _chance(story, seed)))
    return min(in_turn[:NEXT_IN_TURN], key=lambda story: fraction(f"{seed}:turn:{story.id}")).id


def _chance(told_story: ToldStory, seed: str) -> float:
    return fraction(f"{seed}:{told_story.id}")
