"""The volunteers: everyone and what they carry, one of them, and what organisers do about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.relays import volunteer_leaving
from checkin.volunteers import duty, invitations, schedule, shift_feeds
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.duty import Standing
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.rules import shifts as rules
from checkin.volunteers.rules.shifts import Occurrence
from checkin.volunteers.service import Offered
from checkin.web.console.schedule import forms, said
from checkin.web.context import Here
from checkin.web.reads import schedule as read
from checkin.web.registry import Pages

Answer = TypeVar("Answer")

pages = Pages("rota_team", "/console/rota/volunteers")

NEXT = 6


@pages.page("/", right="names.see")
def team(here: Here) -> str:
    """Everyone: how they stand now, and what they carry this week."""

    def look(work: Work) -> list[tuple[read.Member, Standing, str]]:
        monday = read.monday_of(here.now.astimezone(here.zone).date())
        members = read.week(work, here.line, monday, here.zone).team
        return [
            (one, duty.standing(work, one.row, one.shifts), str(volunteers.number_of(work, one.row))) for one in members
        ]

    policy = here.runtime.policy_of(here.line)
    return here.page(
        "console/schedule/team.html", found=here.look(look), said=said, bad=policy.bad_number_after,
        missed=policy.missed_calls, speaks=_speaks(here),
    )  # fmt: skip


@pages.write("/add", right="rota.change", shows=team)
def add(here: Here) -> Response:
    """Somebody new: invited by text, or with a yes that we have already."""
    offered, how = forms.offered(here), here.field("agreed")
    if how not in ("invite", "agreed"):
        raise UserError(_("Say whether we ask for their yes by text, or have it already."))

    def write(work: Work) -> str:
        name, number = here.field("name"), here.field("number")
        return invitations.take_on(work, here.line, name, number, offered, here.who.by, agreed=how == "agreed").id

    who = here.do(write)
    words = _("They are invited by text.") if how == "invite" else _("They are one of the volunteers now.")
    return here.to("rota_team.volunteer", words, volunteer_id=who)


@pages.page("/<volunteer_id>", right="names.see")
def volunteer(here: Here, volunteer_id: str) -> str:
    """One volunteer."""

    def look(work: Work) -> dict[str, object]:
        row = _own(here, work, volunteer_id)
        own = rows.shifts_of(work.session, row.id)
        return {
            "row": row,
            "name": volunteers.name_of(work, row),
            "number": str(volunteers.number_of(work, row)),
            "standing": duty.standing(work, row, own),
            "shifts": [(one, _next(work, one)) for one in own],
            "feed": f"{here.runtime.settings.public_url}/shifts/{shift_feeds.token(work, row)}.ics",
        }

    policy = here.runtime.policy_of(here.line)
    return here.page(
        "console/schedule/volunteer.html",
        **here.look(look),
        said=said,
        bad=policy.bad_number_after,
        missed=policy.missed_calls,
        speaks=_speaks(here),
        forms=forms,
        filled=forms.filled(here),
    )


@pages.write("/<volunteer_id>/change", right="rota.change", shows=volunteer)
def change(here: Here, volunteer_id: str) -> Response:
    """What they offer."""
    offered: Offered = forms.offered(here)
    _do(here, volunteer_id, lambda work, one: volunteers.change(work, one, offered, here.who.by))
    return here.to("rota_team.volunteer", _("It is changed."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/shifts", right="rota.change", shows=volunteer)
def add_shift(here: Here, volunteer_id: str) -> Response:
    """A new shift of theirs."""
    times = forms.times(here)
    _do(here, volunteer_id, lambda work, one: schedule.add(work, one, times, here.who.by))
    return here.to("rota_team.volunteer", _("The shift is on the schedule."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/pause", right="rota.change", shows=volunteer)
def pause(here: Here, volunteer_id: str) -> Response:
    """Off the rotation."""
    _do(here, volunteer_id, lambda work, one: volunteers.pause(work, one, here.who.by))
    return here.to("rota_team.volunteer", _("They are paused. What they are in goes on."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/resume", right="rota.change", shows=volunteer)
def resume(here: Here, volunteer_id: str) -> Response:
    """Back on the rotation; a number that was set aside is tried again."""
    _do(here, volunteer_id, lambda work, one: volunteers.resume(work, one, here.who.by))
    return here.to("rota_team.volunteer", _("They are back on the rotation."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/feed", right="rota.change", shows=volunteer)
def new_feed(here: Here, volunteer_id: str) -> Response:
    """Another address for their calendar; the old one opens nothing any more."""
    _do(here, volunteer_id, lambda work, one: shift_feeds.renew(work, one, here.who.by))
    return here.to("rota_team.volunteer", _("Their calendar has a new address."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/remove", right="rota.change", shows=volunteer)
def remove(here: Here, volunteer_id: str) -> Response:
    """Their name, number and shifts go."""
    _do(here, volunteer_id, lambda work, one: volunteer_leaving.remove(work, one, here.who.by))
    return here.to("rota_team.team", _("They are removed: name, number and shifts are erased."))


def _own(here: Here, work: Work, volunteer_id: str) -> Volunteer:
    row = here.own(work.session.get(Volunteer, volunteer_id))
    return here.own(row if row.state in rows.THERE else None)


def _do(here: Here, volunteer_id: str, act: Callable[[Work, Volunteer], Answer]) -> Answer:
    return here.do(lambda work: act(work, _own(here, work, volunteer_id)))


def _next(work: Work, row: Shift) -> list[Occurrence]:
    return rules.next_times([rows.as_rule(row)], work.now, NEXT)


def _speaks(here: Here) -> tuple[str, ...]:
    """The languages of the line."""
    return here.runtime.library.lines[here.line].languages
