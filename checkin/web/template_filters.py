"""How times, lengths and people's words are shown: filters and functions of every template."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup

from checkin.core.rules.zones import from_to
from checkin.core.translatable import N_
from checkin.i18n import finding_words
from checkin.i18n.gettext import _, raw, said, spoken
from checkin.web.findings import meaning

if TYPE_CHECKING:
    from flows.views.diff import Told

ENDS = {
    "agreed": N_("they agreed"),
    "answered": N_("they answered"),
    "asked": N_("they were asked"),
    "declined": N_("they said no"),
    "error": N_("an error"),
    "expired": N_("timed out"),
    "forgotten": N_("deleted"),
    "heard": N_("heard"),
    "hung_up": N_("hung up"),
    "kept": N_("saved"),
    "kept_private": N_("kept private"),
    "left_message": N_("they left a message"),
    "missed": N_("missed"),
    "no_answer": N_("nobody answered"),
    "no_message": N_("no message"),
    "no_peer": N_("no peer was free"),
    "no_reply": N_("no reply"),
    "opted_out": N_("they opted out"),
    "refused": N_("refused"),
    "sent": N_("sent"),
    "shared": N_("shared"),
    "stopped": N_("stopped"),
    "taken_back": N_("withdrawn"),
    "talked": N_("they talked"),
    "told": N_("told"),
}
"""How conversations end, as the engine and our own flows call it. Other authors have other words."""


def ago(since: datetime | timedelta, now: datetime | None = None) -> str:
    """How long it has been, in the largest unit that fits: "5 minutes". Times are aware."""
    passed = since if isinstance(since, timedelta) else (now or since) - since
    return format_timedelta(max(passed, timedelta()), threshold=1, locale=spoken())


def moment(when: datetime, zone: ZoneInfo, now: datetime | None = None) -> str:
    """A time by the line's clock; with `now`, today's and tomorrow's times without their day."""
    local = when.astimezone(zone)
    if now is not None and local.date() == now.astimezone(zone).date():
        return format_time(local, "short", tzinfo=zone, locale=spoken())
    return format_datetime(local, "d MMM, HH:mm", tzinfo=zone, locale=spoken())


def stamp(when: datetime, zone: ZoneInfo) -> Markup:
    """A time by the line's clock that machines can read, too."""
    return Markup('<time datetime="{}">{}</time>').format(when.isoformat(timespec="seconds"), moment(when, zone))


def since(when: datetime, now: datetime) -> Markup:
    """How long it has been, which the page counts on by itself."""
    return Markup('<time datetime="{}" data-since>{}</time>').format(when.isoformat(timespec="seconds"), ago(when, now))


def clocks(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """From when to when, by the clock: 18:00–21:00."""
    return from_to(start, end, zone, "–")


def day(when: date) -> str:
    """A day: "Mon, 2 Mar"."""
    return format_date(when, "EEE, d MMM", locale=spoken())


def number(value: float, digits: int = 0) -> str:
    """A number as this language writes it."""
    return format_decimal(round(value, digits), locale=spoken())


def lasts(seconds: float) -> str:
    """A length of sound: 1:05."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def words(text: str) -> Markup:
    """What somebody wrote, exactly as they did: it cannot turn the letters around it, and runs nothing."""
    return Markup('<bdi class="words" dir="auto">{}</bdi>').format(text)


def name(text: str) -> Markup:
    """A name or an alias, kept apart from the direction of what stands around it."""
    return Markup("<bdi>{}</bdi>").format(text)


def ended(how: str) -> str:
    """How a conversation ended, or a step was left."""
    return raw(ENDS[how]) if how in ENDS else how.replace("_", " ")


def changed(told: Told) -> str:
    """A change of a flow, in words."""
    return _(told.words, **told.placeholders)


FILTERS = {
    "ago": ago,
    "moment": moment,
    "clocks": clocks,
    "stamp": stamp,
    "since": since,
    "day": day,
    "number": number,
    "lasts": lasts,
    "words": words,
    "name": name,
    "ended": ended,
    "changed": changed,
    "meaning": meaning,
    "said": said,
    "finding": finding_words.in_words,
}
