"""One printed page for a volunteer: what to text, and what happens when the phone rings.

Its words stand in team.yaml. A test texts each word of it to the line, in the situation that it is for: the card
promises nothing that the line doesn't understand, and leaves out nothing that it does. 42 and 12 stand for the number
that the line tells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import phonenumbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.model.lines import Line
from flows.words.team_words import TeamWords

RINGS = "card_ringing"
LEFT = ("card_texts", "card_after", "card_messages")
RIGHT = ("card_time", "card_always")
"""The boxes, as sections of team.yaml: above, in the left column, in the right one."""


@dataclass(frozen=True)
class CardBox:
    """A box on the card. entries: what to text or press, and what it does."""

    title: str
    before: str
    entries: Mapping[str, str]


def page(team: TeamWords, line: Line, language: str) -> str:
    """The card of this line as HTML that prints on one page, A4 or letter; in the words that `language` has."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    words = filled(team, line, language)
    return environment.get_template("card.html").render(
        language=language, line=line.name, words=words, never=[words[key] for key in team.section("card_never")],
        rings=box(words, RINGS), left=[box(words, name) for name in LEFT], right=[box(words, name) for name in RIGHT],
    )  # fmt: skip


def filled(team: TeamWords, line: Line, language: str) -> dict[str, str]:
    """Every text of the card by its key, about this line."""
    placeholders = {
        "line": line.name,
        "number": _readable(line.number),
        "crisis": line.crisis_number,
        "emergency": line.emergency_number,
    }
    keys = (key for key, group in team.groups.items() if group == "card")
    return {key: team.fill(key, [language], placeholders)[0] for key in keys}


def box(words: Mapping[str, str], section: str) -> CardBox:
    """The box of one section: its texts but the title and what stands before are rows, `TAKE 42: what it does`."""
    texts = {key.partition(".")[2]: text for key, text in words.items() if key.partition(".")[0] == section}
    title, before = texts.pop("title"), texts.pop("before", "")
    return CardBox(title, before, dict(_row(text) for text in texts.values()))


def _row(text: str) -> tuple[str, str]:
    word, _, meaning = text.partition(": ")
    return word, meaning


def _readable(number: str | None) -> str:
    """The number as people read it aloud; the line may not have one yet."""
    if number is None or not number.startswith("+"):
        return number or "…"
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
