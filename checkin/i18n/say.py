"""The words that leave: what volunteers and leads read and hear (team.yaml), and what contacts do (words.yaml).

Both are read once, when the library is: saying one is a look-up and a template that is compiled already. What one
language lacks is said in the next that somebody speaks, then in one of ours; a key never leaves instead of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from checkin.core.rules.zones import from_to
from checkin.core.unit_of_work import UnitOfWork
from flows.engine.effects import Say
from flows.model import templates
from flows.model.text import Channel


class TimeSpan(Protocol):
    """A time from and until, aware: an occurrence of a shift."""

    @property
    def start(self) -> datetime: ...  # noqa: D102
    @property
    def end(self) -> datetime: ...  # noqa: D102


class Reader(Protocol):
    """A volunteer or lead: the languages they speak, the first one first; page_only: they act on their page alone."""

    @property
    def languages(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def page_only(self) -> bool: ...  # noqa: D102


def say(uow: UnitOfWork, to: Reader | str, key: str, /, **values: object) -> str:
    """The words of `key` for this volunteer, or in this language.

    Whoever acts on their page alone is sent there, and not asked for a text. Raises KeyError, TemplateError.
    """
    if not isinstance(to, str) and to.page_only and f"{key}_on_page" in uow.library.team.groups:
        key = f"{key}_on_page"
    return uow.library.team.fill(key, _languages(to), values)[0]


def aloud(uow: UnitOfWork, to: Reader | str, key: str, /, **values: object) -> Say:
    """The words of `key`, to be spoken in the language that they are in. Raises KeyError, TemplateError."""
    return Say(*uow.library.team.fill(key, _languages(to), values))


def to_contact(uow: UnitOfWork, line: str, channel: Channel, language: str, name: str, /, **values: object) -> Say:
    """A sentence of words.yaml in the contact's language, else in the first language of the line that has it."""
    words = uow.library.words
    languages = [code for code in (language, *uow.library.lines[line].languages, *words) if code in words]
    picked = next(
        picked
        for code in languages
        if name in words[code].sentences and (picked := words[code].sentences[name].pick(channel, (code,))) is not None
    )
    return Say(templates.render(picked.text, values), picked.language, picked.clip)


def language_of(uow: UnitOfWork, to: Reader | None, otherwise: Sequence[str] = ()) -> str:
    """The language that this volunteer is spoken to in; `otherwise` for the line's backup number."""
    team = uow.library.team
    return (team.languages(to.languages if to is not None else otherwise) or list(team.words))[0]


def moment(uow: UnitOfWork, to: Reader | str, when: datetime, zone: ZoneInfo) -> str:
    """18:00 today, Mon 18:00 within six days, else Mon 23 Nov 18:00."""
    there = when.astimezone(zone)
    days = (there.date() - uow.now.astimezone(zone).date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if 0 < days < 7:
        return f"{_of_list(uow, to, 'times.weekdays', there.weekday())} {there:%H:%M}"
    return f"{_date(uow, to, there)} {there:%H:%M}"


def times(uow: UnitOfWork, to: Reader | str, occurrences: Sequence[TimeSpan], zone: ZoneInfo) -> str:
    """Mon 23 Nov 18:00-21:00; Wed 25 Nov 18:00-21:00."""
    return "; ".join(
        f"{_date(uow, to, shift.start.astimezone(zone))} {from_to(shift.start, shift.end, zone)}"
        for shift in occurrences
    )


def language_name(uow: UnitOfWork, to: Reader | str, wanted: str) -> str:
    """What the language `wanted` is called; its code when we have no name for it."""
    key = f"languages.{wanted}"
    return say(uow, to, key) if key in uow.library.team.groups else wanted


def _languages(to: Reader | str) -> Sequence[str]:
    return (to,) if isinstance(to, str) else to.languages


def _date(uow: UnitOfWork, to: Reader | str, day: datetime) -> str:
    weekday, month = (
        _of_list(uow, to, "times.weekdays", day.weekday()),
        _of_list(uow, to, "times.months", day.month - 1),
    )
    return f"{weekday} {day.day} {month}"


def _of_list(uow: UnitOfWork, to: Reader | str, key: str, place: int) -> str:
    return say(uow, to, key).split()[place]
