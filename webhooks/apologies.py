"""What leaves when all fails: static documents, made when the process starts. They need no database and no luck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from checkin.telephony import static_twiml
from flows.engine.sentences import line_names, sentence
from flows.library import Library
from flows.model.lines import Line
from flows.model.text import Channel

Side = Literal["contact", "volunteer"]

SENTENCE = "last_resort"
"""Its name in words.yaml. It gives the crisis number."""

TO_VOLUNTEERS = "failed.call"
"""Its name in team.yaml."""


@dataclass(frozen=True)
class Apology:
    """One line's documents: the answer to a text, to a contact's call, and to a volunteer's."""

    text: str
    call: str
    volunteer: str


@dataclass(frozen=True)
class Apologies:
    """The apology of each line by its number (E.164), and one for whatever reached us otherwise."""

    otherwise: Apology
    by_number: Mapping[str, Apology] = field(default_factory=dict)

    def of(self, number: str | None) -> Apology:
        """The apology of the line that was reached."""
        return self.by_number.get(number or "", self.otherwise)


def of_library(library: Library) -> Apologies:
    """The apology of every line, in the words of words.yaml and team.yaml, in each of the line's languages."""
    made = {key: _of_line(library, line) for key, line in library.lines.items()}
    numbers = {number: made[key] for key, line in library.lines.items() for number in line.numbers}
    return Apologies(next(iter(made.values())), numbers)


def apology(
    text: Mapping[str, str],
    call: Mapping[str, str],
    volunteer: Mapping[str, str],
    *,
    number: str | None = None,
    fallback: str | None = None,
) -> Apology:
    """The documents of one line.

    text, call, volunteer: what is written and said, by language. fallback: a number (E.164) that a contact's call is
    then passed on to; it is shown the line's own `number` and never the caller's, and without that nobody is dialed.
    """
    return Apology(
        text=static_twiml.as_text(text),
        call=static_twiml.as_call(call, fallback, number),
        volunteer=static_twiml.as_call(volunteer),
    )


def _of_line(library: Library, line: Line) -> Apology:
    volunteer = {
        said: words for words, said in (library.team.fill(TO_VOLUNTEERS, [language], {}) for language in line.languages)
    }
    return apology(
        _said(library, line, "sms"), _said(library, line, "voice"), volunteer,
        number=line.calls_by, fallback=line.fallback,
    )  # fmt: skip


def _said(library: Library, line: Line, channel: Channel) -> dict[str, str]:
    names = line_names(line, line.name)
    found = (sentence(library, SENTENCE, [language], channel, names) for language in line.languages)
    return {language: words for words, language in found}
