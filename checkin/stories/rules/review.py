"""Whether what a reviewer answered lets a story be heard. Sources of the questions: docs/decisions, how stories are
reviewed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal

from checkin.core.errors import UserError

Answer = Literal["no", "cut", "yes"]
"""no: it is not so. cut: it was so, and was trimmed or taken out of the words. yes: it is so."""

ANSWERS: tuple[Answer, ...] = ("no", "cut", "yes")

OnYes = Literal["refuse", "note", "care"]


def check(asked: Collection[str], answers: Mapping[str, str]) -> dict[str, Answer]:
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
