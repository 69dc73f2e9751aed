"""What is decided about stories: who hears which next, how long a teller's yes lasts, what a review comes to. Pure.

Sources: docs/decisions, how stories are reviewed, and a teller's yes lasts a year.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checkin.core.errors import UserError
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

REMIND_AFTER = timedelta(days=14)

REST_AFTER = timedelta(days=30)
"""Counted from the first question of the year: a story whose teller does not answer rests, and nobody hears it."""

ERASE_AFTER = timedelta(days=120)
"""The same: three months after it began to rest, it is erased."""

AT_LEAST_APART = timedelta(days=7)
"""From one question to the next, when the clock was late."""

Step = Literal["wait", "ask", "remind", "rest", "erase"]

Answer = Literal["no", "cut", "yes"]
"""no: it is not so. cut: it was so, and was trimmed or taken out of the words. yes: it is so."""

ANSWERS: tuple[Answer, ...] = ("no", "cut", "yes")

OnYes = Literal["refuse", "note", "care"]

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are mistaken for each other."""

CODE_DIGITS = "23456789"

CODE_PATTERN = (CODE_LETTERS, CODE_LETTERS, CODE_LETTERS, CODE_DIGITS, CODE_LETTERS, CODE_LETTERS)
"""229 million codes: with the reply budget of thirty texts a day nobody guesses one.

The digit in it tells a code from a word.
"""


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


@dataclass(frozen=True)
class ConsentStanding:
    """The last yes, when they were asked (and reminded) since, and whether the story rests already."""

    yes_at: datetime
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    resting: bool = False


@dataclass(frozen=True)
class Next:
    """What to do now, and when to look again (None: never, it is gone)."""

    step: Step
    look_at: datetime | None


def consent_step(standing: ConsentStanding, every: timedelta, now: datetime) -> Next:
    """What is to be done about a teller's yes at this moment. Aware UTC."""
    if standing.asked_at is None:
        due = standing.yes_at + every
        return Next("ask", now + REMIND_AFTER) if now >= due else Next("wait", due)
    rest, erase = standing.asked_at + REST_AFTER, standing.asked_at + ERASE_AFTER
    if now >= erase and standing.resting:
        return Next("erase", None)
    if now >= rest:
        return Next("wait", erase) if standing.resting else Next("rest", max(erase, now + AT_LEAST_APART))
    if standing.reminded_at is None and now >= standing.asked_at + REMIND_AFTER:
        return Next("remind", max(rest, now + AT_LEAST_APART))
    return Next("wait", rest if standing.reminded_at else standing.asked_at + REMIND_AFTER)


def check_answers(asked: Collection[str], answers: Mapping[str, str]) -> dict[str, Answer]:
    """The answers, each question once. Raises UserError: every question needs one of no, cut and yes."""
    if strange := sorted(set(answers) - set(asked)):
        raise UserError(
            "there's no question %(strange)s: the questions are %(asked)s",
            strange=repr(strange[0]),
            asked=", ".join(asked),
        )
    if missing := [name for name in asked if name not in answers]:
        raise UserError(
            "every question on the checklist needs an answer; still missing: %(missing)s",
            missing=", ".join(missing),
        )
    checked: dict[str, Answer] = {}
    for name in asked:
        given = answers[name].strip().lower()
        if given not in ANSWERS:
            raise UserError(
                "the answer to %(name)s is %(answers)s: enter no, cut or yes",
                name=repr(name),
                answers=repr(answers[name]),
            )
        checked[name] = given
    return checked


def in_the_way(on_yes: Mapping[str, OnYes], answers: Mapping[str, Answer], note: str) -> list[str]:
    """The questions whose answer keeps the story from being heard. A content note answers those that ask for one."""
    said = [name for name, answer in answers.items() if answer == "yes"]
    return [name for name in said if on_yes[name] != "note" or not note.strip()]


def needs_care(on_yes: Mapping[str, OnYes], answers: Mapping[str, Answer]) -> bool:
    """Whether somebody is to look in on the teller now."""
    return any(answers[name] == "yes" for name in answers if on_yes[name] == "care")


def withdrawal_code(random_id: str) -> str:
    """A code from an opaque id (hexadecimal, 128 random bits)."""
    rest, code = int(random_id, 16), ""
    for signs in CODE_PATTERN:
        rest, place = divmod(rest, len(signs))
        code += signs[place]
    return code


def normal_code(written: str) -> str:
    """The code as it was made, from what a teller wrote: any case, with spaces or dashes between."""
    return "".join(sign for sign in written.upper() if sign.isalnum())
