"""One shift: its next times, other times for one of them, days off, extra days, all of it changed or removed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Response

from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.volunteers import schedule
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shifts as rules
from checkin.web import template_filters
from checkin.web.console.schedule import forms, said, week
from checkin.web.context import RequestContext
from checkin.web.registry import Pages, Said

pages = Pages("schedule_shifts", "/console/schedule/shifts")

NEXT = 8


@pages.page("/<shift_id>", right="names.see")
def shift(ctx: RequestContext, shift_id: str) -> str:
    """The shift; with a day, the time of it that begins then."""

    def look(uow: UnitOfWork) -> tuple[Shift, str]:
        row = ctx.own(uow.session.get(Shift, shift_id))
        return row, volunteers.name_of(uow, uow.session.get_one(Volunteer, row.volunteer_id))

    row, name = ctx.look(look)
    where = zone(row.time_zone)
    first = _day_named(ctx)
    since = min(ctx.now, datetime.combine(first, datetime.min.time(), where)) if first else ctx.now
    coming = rules.next_times([as_rule(row)], since, NEXT)
    local = [(span.start.astimezone(where), span.end.astimezone(where)) for span in coming]
    chosen = next((start for start, _end in local if start.date() == first), None)
    return ctx.page(
        "console/schedule/shift.html",
        row=row,
        name=name,
        coming=local,
        chosen=chosen,
        said=said,
        forms=forms,
        filled=forms.filled(ctx, row),
        days_off=[date.fromisoformat(day) for day in row.days_off],
        extra_days=[date.fromisoformat(day) for day in row.extra_days],
        elsewhere=row.time_zone != ctx.zone.key,
    )


def _again(ctx: RequestContext, shift_id: str) -> Said:
    """After a mistake: the page that the form was on."""
    return week(ctx) if ctx.field("week") else shift(ctx, shift_id)


@pages.write("/<shift_id>/move", right="schedule.change", shows=_again)
def move(ctx: RequestContext, shift_id: str) -> Response:
    """One time of it, on another day or at another hour. clock=line: as the week shows it, by the line's clock."""
    day, to, at = forms.day(ctx, "day"), forms.day(ctx, "to"), forms.clock(ctx, "at")

    def write(uow: UnitOfWork) -> None:
        row = _own(ctx, uow, shift_id)
        moment = datetime.combine(to, at, ctx.zone if ctx.field("clock") == "line" else zone(row.time_zone))
        there = moment.astimezone(zone(row.time_zone))
        schedule.move(uow, row, day, there.date(), there.time(), ctx.who.by)

    ctx.do(write)
    moved = _("Moved to %(day)s, %(time)s.", day=template_filters.day(to), time=f"{at:%H:%M}")
    return ctx.to("schedule.week", moved, week=ctx.field("week") or to.isoformat())


@pages.write("/<shift_id>/change", right="schedule.change", shows=shift)
def change(ctx: RequestContext, shift_id: str) -> Response:
    """Other times for all of it."""
    times = forms.times(ctx)
    ctx.do(lambda uow: schedule.change(uow, _own(ctx, uow, shift_id), times, ctx.who.by))
    return ctx.to("schedule_shifts.shift", _("Shift saved."), shift_id=shift_id)


@pages.write("/<shift_id>/day-off", right="schedule.change", shows=shift)
def day_off(ctx: RequestContext, shift_id: str) -> Response:
    """It falls out on one day."""
    return _on_a_day(ctx, shift_id, "off", schedule.day_off, _("Canceled on that day."))


@pages.write("/<shift_id>/extra-day", right="schedule.change", shows=shift)
def extra_day(ctx: RequestContext, shift_id: str) -> Response:
    """It takes place on one more day; also what takes back a day off."""
    return _on_a_day(ctx, shift_id, "extra", schedule.extra_day, _("Added on that day."))


@pages.write("/<shift_id>/remove", right="schedule.change", shows=shift)
def remove(ctx: RequestContext, shift_id: str) -> Response:
    """All of it goes."""
    ctx.do(lambda uow: schedule.remove(uow, _own(ctx, uow, shift_id), ctx.who.by))
    return ctx.to("schedule.week", _("Shift removed."))


def _on_a_day(
    ctx: RequestContext, shift_id: str, name: str, act: Callable[[UnitOfWork, Shift, date, str], None], done: str
) -> Response:
    day = forms.day(ctx, name)
    ctx.do(lambda uow: act(uow, _own(ctx, uow, shift_id), day, ctx.who.by))
    if ctx.field("week"):
        return ctx.to("schedule.week", done, week=ctx.field("week"))
    return ctx.to("schedule_shifts.shift", done, shift_id=shift_id, day=day.isoformat())


def _own(ctx: RequestContext, uow: UnitOfWork, shift_id: str) -> Shift:
    return ctx.own(uow.session.get(Shift, shift_id))


def _day_named(ctx: RequestContext) -> date | None:
    """The day in the address or the form, if it is one that is not far away."""
    written = ctx.request.args.get("day") or ctx.field("day")
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    today = ctx.now.date()
    return found if abs(found - today) < timedelta(days=366 * 3) else None
