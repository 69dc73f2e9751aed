"""Renders the sentences of `words.yaml`, and the days and times in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.library import Library
from flows.model.lines import Line
from flows.model.template_filters import say_time
from flows.model.templates import render
from flows.model.text import Channel
from flows.words.phrases import LanguageWords


class NoSentence(LookupError):
    """A sentence that no language of this library has."""


def line_names(line: Line, org_name: str) -> dict[str, Any]:
    """The names that every text may use: `org.name`, `line.crisis`, `line.emergency`, `line.name`, `line.number`."""
    return {
        "org": {"name": org_name or line.name},
        "line": {
            "name": line.name,
            "number": line.number or "",
            "crisis": line.crisis_number,
            "emergency": line.emergency_number,
        },
    }


def sentence(
    library: Library, key: str, languages: Iterable[str], channel: Channel, names: Mapping[str, Any]
) -> tuple[str, str]:
    """The sentence `key` in the first of `languages` that has it, and that language.

    Raises NoSentence, TemplateError.
    """
    for language in dict.fromkeys([*known(library, languages), *library.words]):
        slot = library.words[language].sentences.get(key)
        picked = slot.pick(channel, [language]) if slot else None
        if picked:
            told = {"code": language, "clock": library.words[language].clock}
            return render(picked.text, {**names, "_language": told}), language
    raise NoSentence(key)


def known(library: Library, languages: Iterable[str]) -> list[str]:
    """Those of `languages` that the library has words in, a region giving way to its base (`es-MX` to `es`)."""
    found = (code if code in library.words else code.split("-")[0] for code in languages)
    return [code for code in dict.fromkeys(found) if code in library.words]


def say_moment(words: LanguageWords, moment: datetime, now: datetime, zone: str) -> tuple[str, dict[str, str]]:
    """The sentence that names `moment` (`today_at`, `tomorrow_at`, `day_at`, `date_at`) and what it is filled with."""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    values = {
        "time": say_time(there.hour, there.minute, words.clock),
        "day": words.weekdays[there.weekday()],
        "date": say_date(words, there),
    }
    ahead = (there.date() - today).days
    key = "today_at" if ahead == 0 else "tomorrow_at" if ahead == 1 else "day_at" if ahead < 7 else "date_at"
    return key, values


def say_date(words: LanguageWords, day: datetime) -> str:
    """`March 2` or `2 de marzo`."""
    month = words.months[day.month - 1]
    return f"{month} {day.day}" if words.clock == 12 else f"{day.day} de {month}"
