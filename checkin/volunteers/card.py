"""One printed page for a volunteer: what to text, and what happens when the phone rings."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from checkin.volunteers.card_words import CARDS
from flows.model.lines import Line


def page(line: Line, language: str) -> str:
    """The card of this line as HTML that prints on one page, A4 or letter. Raises KeyError for another language."""
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    holes = {
        "line": line.name,
        "number": _readable(line.number),
        "crisis": line.crisis_number,
        "emergency": line.emergency_number,
    }
    return environment.get_template("card.html").render(
        language=language, line=line.name, words=CARDS[language], filled=lambda words: words.format(**holes)
    )


def _readable(number: str | None) -> str:
    """The number as people read it aloud; the line may not have one yet."""
    if number is None or not number.startswith("+"):
        return number or "…"
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
