"""The week: who is on shift, where somebody is missing, and who would ring now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Response

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.relays import preview
from checkin.relays.preview import Asked
from checkin.relays.rules.matching import Need
from checkin.volunteers import schedule
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.web.console.schedule import forms, said
from checkin.web.context import Here
from checkin.web.reads import schedule as read
from checkin.web.registry import Menu, Pages

pages = Pages("rota", "/console/rota", Menu(N_("Schedule"), "rota.see", 40))

FARTHEST = timedelta(days=366 * 3)
WEEK = timedelta(days=7)


@pages.page("/", right="rota.see")
def week(here: Here) -> str:
    """One week by the line's clock; the one that the address or the form names, else this one."""
    monday = monday_wanted(here)

    def look(work: Work) -> tuple[read.Week, Sequence[tuple[str, Asked]]]:
        asked = preview.who(work, Need(here.line, "voice"))
        return read.week(work, here.line, monday, here.zone), named(work, asked)

    found, asked = here.look(look)
    today = here.now.astimezone(here.zone).date()
    return here.page(
        "console/schedule/rota.html",
        found=found,
        asked=asked,
        today=today,
        this_week=read.monday_of(today),
        before=monday - WEEK,
        after=monday + WEEK,
        last=monday + timedelta(days=6),
        said=said,
        filled=forms.filled(here, first=today if monday == read.monday_of(today) else monday),
        forms=forms,
    )


@pages.write("/shifts", right="rota.change", shows=week)
def add(here: Here) -> Response:
    """A new shift for somebody."""
    times, who = forms.times(here), here.field("volunteer")
    if not who:
        raise UserError(_("Choose whose shift it is."))
    here.do(lambda work: schedule.add(work, here.own(work.session.get(Volunteer, who)), times, here.who.by))
    return here.to("rota.week", _("The shift is on the schedule."), week=monday_wanted(here).isoformat())


def monday_wanted(here: Here) -> date:
    """The Monday of the week that is asked for."""
    today = here.now.astimezone(here.zone).date()
    try:
        wanted = date.fromisoformat(here.request.values.get("week", ""))
    except ValueError:
        wanted = today
    return read.monday_of(min(max(wanted, today - FARTHEST), today + FARTHEST))


def named(work: Work, asked: Sequence[Asked]) -> list[tuple[str, Asked]]:
    """Each with their name."""
    return [(volunteers.name_of(work, one.volunteer), one) for one in asked]
