"""A report as the page shows it and as tables hold it: figures, charts, and what is kept back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from babel.dates import format_date

from checkin.core import bars
from checkin.core.translatable import N_
from checkin.i18n.gettext import _, spoken
from checkin.web.reads.reports import Report
from checkin.web.rules import reporting

DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MOOD = 5
"""The best answer to a check-in: a bar of the whole width. A week of ones must not look like a good one."""

STATES = {
    "sent": N_("sent"), "answered": N_("answered"), "unanswered": N_("nobody picked up"), "skipped": N_("not sent"),
    "planned": N_("planned"), "cancelled": N_("canceled"), "unknown": N_("delivery unknown"),
    "replaced": N_("replaced by another"), "failed": N_("failed"),
}  # fmt: skip


def without_names(report: Report) -> Report:
    """For whoever sees no names: whoever took most is the first volunteer, and so on."""
    by_taken = sorted(report.load, key=lambda carried: (-carried.taken, -carried.minutes, -carried.offers))
    called = [
        replace(carried, name=_("Volunteer %(number)s", number=place)) for place, carried in enumerate(by_taken, 1)
    ]
    return replace(report, load=called)


def of(report: Report, zone: tzinfo, *, shared: bool) -> dict[str, Any]:
    """What the template draws. shared: small numbers are kept back."""
    waits = reporting.waits(report.asked)
    return {
        "reached": reporting.reached(report.asked),
        "median": reporting.percentile(waits, 0.5),
        "ninth": reporting.percentile(waits, 0.9),
        "left_chart": bars.rows(_("How long people waited before they hung up"), _left(report, shared)),
        "fell_due": sum(count for state, count in report.follow_ups.items() if state != "answered"),
        "missed_chart": bars.week(
            _("Missed requests, by weekday and hour"),
            [[_small(count, shared) for count in day] for day in reporting.by_hour(report.missed, zone)],
            [_(day) for day in DAYS],
        ),
        "missed": sum(times for _when, times in report.missed),
        "load": report.load,
        "load_chart": bars.rows(
            _("Conversations per volunteer"), [(carried.name, carried.taken) for carried in report.load]
        ),
        "moods": {name: _weeks(weeks, shared) for name, weeks in report.moods.items()},
        "stories": report.stories,
        "stories_chart": bars.rows(
            _("How often each story was heard"),
            [(story.title, _small(story.plays, shared)) for story in report.stories],
        ),
        "follow_ups_chart": bars.rows(_("Follow-ups and what became of them"), _follow_ups(report, shared)),
        "small": lambda count: "<5" if _small(count, shared) is None else count,
    }


def table(name: str, report: Report) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    """The columns and rows of one table to take away. Small numbers of people are kept back; nobody is named.

    Load is by volunteer, whom the organizers know, so it is whole.
    """
    match name:
        case "load":
            rows: list[Sequence[object]] = [
                (carried.name, carried.offers, carried.taken, carried.minutes) for carried in report.load
            ]
            return ("volunteer", "asked", "taken", "minutes"), rows
        case "moods":
            weeks = [(kind, *week) for kind, of in report.moods.items() for week in of]
            return ("check-in", "week", "mean", "how many"), [
                (kind, week, *(("", "<5") if _small(count, True) is None else (round(mean, 2), count)))
                for kind, week, mean, count in weeks
            ]
        case "stories":
            told = [
                (story.title, *map(_cell, (story.plays, story.completed, story.thanked))) for story in report.stories
            ]
            return ("story", "heard", "to the end", "thanked"), told
        case "follow_ups":
            return ("state", "how many"), [(state, _cell(count)) for state, count in report.follow_ups.items()]
        case _:
            came = reporting.reached(report.asked)
            waits = reporting.waits(report.asked)
            middle, ninth = (reporting.percentile(waits, share) for share in (0.5, 0.9))
            return ("figure", "value"), [
                ("asked for a peer", _cell(came.asked)), ("joined", _cell(came.joined)), ("hung up", _cell(came.left)),
                ("reached nobody", _cell(came.unanswered)), ("of these, nobody on duty", _cell(came.closed)),
                ("median seconds to a peer", middle),
                ("9 of 10 within seconds", ninth),
            ]  # fmt: skip


def _small(count: int, shared: bool) -> int | None:
    return reporting.shown(count, shared=shared)


def _cell(count: int) -> object:
    return "<5" if _small(count, True) is None else count


def _left(report: Report, shared: bool) -> list[tuple[str, float | None]]:
    edges = (0, *reporting.LEFT_AFTER)
    names = [_("%(low)s to %(high)s s", low=low, high=high) for low, high in zip(edges, edges[1:], strict=False)]
    names.append(_("%(low)s s or more", low=edges[-1]))
    return [(name, _small(n, shared)) for name, n in zip(names, reporting.left_after(report.asked), strict=True)]


def _weeks(weeks: Sequence[tuple[Any, float, int]], shared: bool) -> dict[str, Any]:
    rows = [
        (format_date(week, "d MMM y", locale=spoken()), None if _small(count, shared) is None else mean)
        for week, mean, count in weeks
    ]
    counted = [(week, mean, _small(count, shared)) for week, mean, count in weeks]
    return {"chart": bars.rows(_("Mean by week"), rows, "{:.1f}".format, whole=MOOD), "rows": counted}


def _follow_ups(report: Report, shared: bool) -> list[tuple[str, float | None]]:
    return [(_(STATES.get(state, state)), _small(count, shared)) for state, count in report.follow_ups.items()]
