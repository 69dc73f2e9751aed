"""The week: who is on shift, where somebody is missing, and who would ring now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Response

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import preview
from checkin.relays.preview import PreviewedVolunteer
from checkin.relays.rules.matching import Need
from checkin.volunteers import schedule
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.web.console.schedule import forms, said
from checkin.web.context import RequestContext
from checkin.web.reads import schedule as read
from checkin.web.registry import Menu, Pages

pages = Pages("schedule", "/console/schedule", Menu(N_("Schedule"), "schedule.see", 40))

FARTHEST = timedelta(days=366 * 3)
WEEK = timedelta(days=7)


@pages.page("/", right="schedule.see")
def week(ctx: RequestContext) -> str:
    """One week by the line's clock; the one that the address or the form names, else this one."""
    monday = monday_wanted(ctx)

    def look(uow: UnitOfWork) -> tuple[read.Week, Sequence[tuple[str, PreviewedVolunteer]]]:
        asked = preview.who(uow, Need(ctx.line, "voice"))
        return read.week(uow, ctx.line, monday, ctx.zone), named(uow, asked)

    found, asked = ctx.look(look)
    today = ctx.now.astimezone(ctx.zone).date()
    return ctx.page(
        "console/schedule/schedule.html",
        found=found,
        asked=asked,
        today=today,
        this_week=read.monday_of(today),
        before=monday - WEEK,
        after=monday + WEEK,
        last=monday + timedelta(days=6),
        said=said,
        filled=forms.filled(ctx, first=today if monday == read.monday_of(today) else monday),
        forms=forms,
    )


@pages.write("/shifts", right="schedule.change", shows=week)
def add(ctx: RequestContext) -> Response:
    """A new shift for somebody."""
    times, who = forms.times(ctx), ctx.field("volunteer")
    if not who:
        raise UserError(_("Choose whose shift it is."))
    ctx.do(lambda uow: schedule.add(uow, ctx.own(uow.session.get(Volunteer, who)), times, ctx.who.by))
    return ctx.to("schedule.week", _("Shift added."), week=monday_wanted(ctx).isoformat())


def monday_wanted(ctx: RequestContext) -> date:
    """The Monday of the week that is asked for."""
    today = ctx.now.astimezone(ctx.zone).date()
    try:
        wanted = date.fromisoformat(ctx.request.values.get("week", ""))
    except ValueError:
        wanted = today
    return read.monday_of(min(max(wanted, today - FARTHEST), today + FARTHEST))


def named(uow: UnitOfWork, asked: Sequence[PreviewedVolunteer]) -> list[tuple[str, PreviewedVolunteer]]:
    """Each with their name."""
    return [(volunteers.name_of(uow, candidate.volunteer), candidate) for candidate in asked]
