"""One shift: its next times, other times for one of them, days off, extra days, all of it changed or removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Response

from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.volunteers import schedule
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shifts as rules
from checkin.web import template_filters
from checkin.web.console.schedule import forms, said, views
from checkin.web.context import Here
from checkin.web.registry import Pages, Said

pages = Pages("rota_shifts", "/console/rota/shifts")

NEXT = 8


@pages.page("/<shift_id>", right="names.see")
def shift(here: Here, shift_id: str) -> str:
    """The shift; with a day, the time of it that begins then."""

    def look(work: Work) -> tuple[Shift, str]:
        row = here.own(work.session.get(Shift, shift_id))
        return row, volunteers.name_of(work, work.session.get_one(Volunteer, row.volunteer_id))

    row, name = here.look(look)
    where = zone(row.time_zone)
    first = _day_named(here)
    since = min(here.now, datetime.combine(first, datetime.min.time(), where)) if first else here.now
    coming = rules.next_times([as_rule(row)], since, NEXT)
    local = [(one.start.astimezone(where), one.end.astimezone(where)) for one in coming]
    chosen = next((start for start, _end in local if start.date() == first), None)
    return here.page(
        "console/schedule/shift.html",
        row=row,
        name=name,
        coming=local,
        chosen=chosen,
        said=said,
        forms=forms,
        filled=forms.filled(here, row),
        days_off=[date.fromisoformat(day) for day in row.days_off],
        extra_days=[date.fromisoformat(day) for day in row.extra_days],
        elsewhere=row.time_zone != here.zone.key,
    )


def _again(here: Here, shift_id: str) -> Said:
    """After a mistake: the page that the form was on."""
    return views.week(here) if here.field("week") else shift(here, shift_id)


@pages.write("/<shift_id>/move", right="rota.change", shows=_again)
def move(here: Here, shift_id: str) -> Response:
    """One time of it, on another day or at another hour. clock=line: as the week shows it, by the line's clock."""
    day, to, at = forms.day(here, "day"), forms.day(here, "to"), forms.clock(here, "at")

    def write(work: Work) -> None:
        row = _own(here, work, shift_id)
        moment = datetime.combine(to, at, here.zone if here.field("clock") == "line" else zone(row.time_zone))
        there = moment.astimezone(zone(row.time_zone))
        schedule.move(work, row, day, there.date(), there.time(), here.who.by)

    here.do(write)
    moved = _("It is moved to %(day)s, %(time)s.", day=template_filters.day(to), time=f"{at:%H:%M}")
    return here.to("rota.week", moved, week=here.field("week") or to.isoformat())


@pages.write("/<shift_id>/change", right="rota.change", shows=shift)
def change(here: Here, shift_id: str) -> Response:
    """Other times for all of it."""
    times = forms.times(here)
    here.do(lambda work: schedule.change(work, _own(here, work, shift_id), times, here.who.by))
    return here.to("rota_shifts.shift", _("The shift is changed."), shift_id=shift_id)


@pages.write("/<shift_id>/day-off", right="rota.change", shows=shift)
def day_off(here: Here, shift_id: str) -> Response:
    """It falls out on one day."""
    return _on_a_day(here, shift_id, "off", schedule.day_off, _("It falls out on that day."))


@pages.write("/<shift_id>/extra-day", right="rota.change", shows=shift)
def extra_day(here: Here, shift_id: str) -> Response:
    """It takes place on one more day; also what takes back a day off."""
    return _on_a_day(here, shift_id, "extra", schedule.extra_day, _("It takes place on that day."))


@pages.write("/<shift_id>/remove", right="rota.change", shows=shift)
def remove(here: Here, shift_id: str) -> Response:
    """All of it goes."""
    here.do(lambda work: schedule.remove(work, _own(here, work, shift_id), here.who.by))
    return here.to("rota.week", _("The shift is removed."))


def _on_a_day(
    here: Here, shift_id: str, name: str, act: Callable[[Work, Shift, date, str], None], done: str
) -> Response:
    day = forms.day(here, name)
    here.do(lambda work: act(work, _own(here, work, shift_id), day, here.who.by))
    if here.field("week"):
        return here.to("rota.week", done, week=here.field("week"))
    return here.to("rota_shifts.shift", done, shift_id=shift_id, day=day.isoformat())


def _own(here: Here, work: Work, shift_id: str) -> Shift:
    return here.own(work.session.get(Shift, shift_id))


def _day_named(here: Here) -> date | None:
    """The day in the address or the form, if it is one that is not far away."""
    written = here.request.args.get("day") or here.field("day")
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    today = here.now.date()
    return found if abs(found - today) < timedelta(days=366 * 3) else None
