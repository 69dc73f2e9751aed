"""How the line is set: what its group decided in lines.yaml, beside what it would be by itself, and where it's used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from babel.dates import get_day_names
from babel.units import format_unit

from checkin.core.translatable import N_
from checkin.i18n.gettext import _, spoken
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from flows.model.lines import Line
from flows.model.schedules import DAYS

pages = Pages("line_settings", "/console/line")

FILE = "lines.yaml"

GROUPS: dict[str, dict[str, str]] = {
    N_("Your group"): {
        "name": N_("Name, said in texts and calls"), "languages": N_("Languages, the first one first"),
        "time_zone": N_("Time zone"), "countries": N_("Countries you text and call"),
    },
    N_("In danger"): {
        "crisis_number": N_("Crisis number"), "emergency_number": N_("Emergency number"),
        "fallback": N_("Called when nothing of ours works"),
    },
    N_("Finding a peer"): {
        "relay.limit": N_("Longest wait for a peer"), "relay.ringing": N_("How phones ring"),
        "relay.at_once": N_("Phones in each wave"), "relay.wave_seconds": N_("Seconds from one wave to the next"),
        "relay.backup": N_("Backup number, rung last"), "relay.longest": N_("Longest call"),
        "relay.warning": N_("Warning before a call ends"), "relay.idle": N_("Silence that ends a text conversation"),
        "relay.pictures": N_("Pictures are passed on"),
    },
    N_("Volunteers' limits"): {
        "relay.rest": N_("Rest after a conversation"), "relay.per_day": N_("Conversations in a day"),
        "relay.on_end": N_("Longest shift"), "relay.per_week": N_("Most hours in a week"),
    },
    N_("When you text first"): {
        "follow_ups.between": N_("Hours, in their own time zone"), "follow_ups.days": N_("Days"),
        "follow_ups.closed": N_("Days off"), "follow_ups.per_day": N_("Most in a day"),
        "follow_ups.slower_after": N_("Unanswered before they slow down"),
        "follow_ups.stop_after": N_("Unanswered before they stop"),
        "follow_ups.after_danger": N_("Pause after a sign of danger"),
    },
    N_("Limits against misuse"): {
        "reply_budget.per_10_minutes": N_("Answers to one number in ten minutes"),
        "reply_budget.per_day": N_("Answers to one number in a day"),
        "reply_budget.new_numbers": N_("New numbers in ten minutes"),
        "call_budget.per_10_minutes": N_("Times we ring volunteers for one caller in ten minutes"),
        "call_budget.per_day": N_("Times we ring volunteers for one caller in a day"),
    },
    N_("Stories"): {
        "stories.reviewers": N_("Reviewers whose yes a story needs"),
        "stories.reports": N_("Reports before a story is hidden"),
        "stories.review_within": N_("Time to review a story"),
        "stories.ask_again": N_("Ask storytellers again after"),
    },
}  # fmt: skip
"""What is decided for a line, by what it's about: path in lines.yaml, and what it is called."""

RINGING = {"waves": N_("in waves"), "one by one": N_("one by one"), "all at once": N_("all at once")}
"""How phones ring, as lines.yaml has it."""

HIDDEN = ("relay.backup", "fallback")
"""Somebody's own number may be one of these."""


@dataclass(frozen=True)
class LineSetting:
    """One of them. default: None where there is none. line: where it stands in the file; None: it isn't there."""

    path: str
    label: str
    value: str
    default: str | None
    line: int | None


@pages.page("/", right="flows.see")
def settings(ctx: RequestContext) -> str:
    """The page."""
    library = ctx.runtime.library
    line = library.lines[ctx.line]
    groups = [(name, list(_settings(ctx, line, labels))) for name, labels in GROUPS.items()]
    return ctx.page("console/line_settings/settings.html", groups=groups, line=line, file=FILE, days=days)


def _settings(ctx: RequestContext, line: Line, labels: dict[str, str]) -> Iterator[LineSetting]:
    for path, label in labels.items():
        part, _dot, name = path.rpartition(".")
        owner: Any = getattr(line, part) if part else line
        field = type(owner).model_fields[name]
        default = None if field.is_required() else _shown(field.default)
        value = getattr(owner, name)
        shown = _("set") if path in HIDDEN and value is not None else _shown(value)
        yield LineSetting(path, label, shown, default, _line_of(ctx, line.key, path))


def _line_of(ctx: RequestContext, key: str, path: str) -> int | None:
    """The line of the file where it stands."""
    library = ctx.runtime.library
    source = library.settings.sources.get(FILE) if library.settings else None
    if source is None or not source.located:
        return None
    written = source.values["lines"]
    place = next((number for number, values in enumerate(written) if values.get("key", "default") == key), None)
    if place is None:
        return None
    parts = path.split(".")
    values = written[place]
    for part in parts:
        if not isinstance(values, dict) or part not in values:
            return None
        values = values[part]
    return source.where(("lines", place, *parts))[0]


def days(chosen: tuple[str, ...]) -> str:
    """Weekdays as they're called."""
    names = get_day_names("abbreviated", locale=spoken())
    return _("every day") if set(chosen) == set(DAYS) else ", ".join(names[DAYS.index(day)] for day in chosen)


def _length(length: timedelta) -> str:
    """A length of time in words."""
    rest, parts = int(length.total_seconds()), []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(format_unit(count, f"duration-{unit}", locale=spoken()))
    return " ".join(parts)


def _shown(value: Any) -> str:
    match value:
        case None | ():
            return _("none")
        case bool():
            return _("Yes") if value else _("No")
        case timedelta():
            return _length(value)
        case tuple() if set(value) <= set(DAYS):
            return days(value)
        case tuple():
            return ", ".join(map(str, value))
        case str() if value in RINGING:
            return _(RINGING[value])
        case _:
            return str(value)
