"""Shifts, standings and reasons, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from babel.dates import format_date, get_day_names

from checkin.core.translatable import N_
from checkin.i18n.gettext import _, _n, spoken
from checkin.relays.preview import PreviewedVolunteer
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.rules.reach import why_unreached
from checkin.volunteers.shifts import WEEKDAYS

CODES = dict(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), WEEKDAYS, strict=True))
NTH = {"1": N_("first"), "2": N_("second"), "3": N_("third"), "4": N_("fourth"), "-1": N_("last")}
_ONE_DAY = re.compile(r"(-?\d)?([A-Z]{2})")

REASONS = {
    "not on this line": N_("not on this line"), "not agreed yet": N_("invited, hasn't agreed yet"),
    "bad number": N_("their phone couldn't be reached"), "own number": N_("they're the contact"),
    "wrong channel": N_("not for this channel"), "language": N_("doesn't speak the language"),
    "wish": N_("not what the contact asked for"), "blocked": N_("kept apart from the contact"),
    "paused": N_("paused"), "off duty": N_("off duty by choice"), "off shift": N_("not on shift"),
    "resting": N_(
        "resting after a conversation"), "in a relay or offer": N_("in a conversation, or their phone is ringing"),
    "daily limit": N_("daily limit reached"), "hours limit": N_("limit of hours reached, in a row or this week"),
    "already asked": N_("already asked"),
}  # fmt: skip
"""Why somebody is not asked: checkin.relays.rules.matching.Reason."""

STANDING = {
    "on": (N_("on duty"), "good"), "off": (N_("off duty"), "quiet"),
    "between shifts": (N_("between shifts"), "quiet"), "paused": (N_("paused"), "warn"),
}  # fmt: skip
"""How somebody stands (checkin.volunteers.duty), and the color of it."""

AWAY = {
    "stopped": N_("texted STOP: can't be told of danger"),
    "texts fail": N_("texts don't arrive"),
}
"""Why a lead cannot be told of danger: checkin.volunteers.rules.reach. (A number that cannot be rung is marked so.)"""

TURNS = {"": "", "confirmed": N_("coming"), "gap": N_("can't come: offered to others"), "away": N_("away")}


def away(row: Volunteer, bad: int) -> str | None:
    """Why a lead cannot be told of danger, in words; None: they can, or are no lead."""
    why = why_unreached(
        stopped=row.stopped_at is not None,
        by_network=row.stopped_by is not None,
        texts_failed=row.texts_failed,
        calls_failed=row.failures,
        bad_after=bad,
    )
    return _(AWAY[why]) if row.lead and row.state == "active" and why in AWAY else None


def parts_of(rule: str) -> dict[str, str]:
    """The parts of an RRULE that was checked when it was written."""
    return dict(part.split("=", 1) for part in rule.upper().removeprefix("RRULE:").split(";") if "=" in part)


def how_often(row: Shift) -> str:
    """Every week on Mon, Wed; the second Sat of every month; once, on 2 March."""
    if not row.rule:
        day = date.fromisoformat(row.starts_on)
        return _("once, on %(day)s", day=format_date(day, "EEE d MMM y", locale=spoken()))
    parts = parts_of(row.rule)
    days = [found.groups() for code in parts.get("BYDAY", "").split(",") if (found := _ONE_DAY.fullmatch(code))]
    every = int(parts.get("INTERVAL", "1"))
    if set(parts) - {"FREQ", "INTERVAL", "BYDAY"} or not days:
        return _("by the rule %(rule)s", rule=row.rule)
    names = ", ".join(
        str(get_day_names("abbreviated", locale=spoken())[list(CODES).index(code)]) for _nth, code in days
    )
    if parts["FREQ"] == "WEEKLY" and not any(nth for nth, _code in days):
        return _n("every week on %(days)s", "every %(num)s weeks on %(days)s", every, days=names)
    nths = {nth for nth, _code in days}
    if parts["FREQ"] == "MONTHLY" and len(nths) == 1 and (nth := nths.pop()) in NTH:
        return _n(
            "every month on the %(nth)s %(days)s", "every %(num)s months on the %(nth)s %(days)s",
            every, nth=_(NTH[nth]), days=names,
        )  # fmt: skip
    return _("by the rule %(rule)s", rule=row.rule)


def weekdays() -> Sequence[tuple[str, str]]:
    """(mon, Monday as it is shown) and so on."""
    names = get_day_names("abbreviated", locale=spoken())
    return [(key, names[index]) for index, key in enumerate(WEEKDAYS)]


def when_asked(previewed_volunteer: PreviewedVolunteer) -> str:
    """At once, after 20 s, or why not."""
    if previewed_volunteer.reason is not None:
        return _(REASONS[previewed_volunteer.reason])
    if previewed_volunteer.after is None:
        return _("not before the wait is over")
    when = (
        _("at once")
        if previewed_volunteer.after == timedelta()
        else _("after %(num)s s", num=int(previewed_volunteer.after.total_seconds()))
    )
    if not previewed_volunteer.missed:
        return when
    return f"{when}, " + _("didn't pick up %(num)s times", num=previewed_volunteer.missed)
