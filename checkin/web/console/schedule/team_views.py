"""The volunteers: everyone and what they carry, one of them, and what organizers do about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import service
from checkin.volunteers import duty, invitations, schedule, shift_feeds
from checkin.volunteers import queries as rows
from checkin.volunteers import service as volunteers
from checkin.volunteers.duty import DutyStanding
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import CHANNELS, PROFILE, Offered
from checkin.volunteers.rules import shifts as rules
from checkin.web.console.schedule import forms, said
from checkin.web.context import RequestContext
from checkin.web.reads import schedule as read
from checkin.web.registry import Pages
from checkin.web.templates import translated

Answer = TypeVar("Answer")

pages = Pages("schedule_team", "/console/schedule/volunteers")

NEXT = 6


@pages.page("/", right="names.see")
def team(ctx: RequestContext) -> str:
    """Everyone: how they stand now, and what they carry this week."""

    def look(uow: UnitOfWork) -> list[tuple[read.TeamMember, DutyStanding, str]]:
        monday = read.monday_of(ctx.now.astimezone(ctx.zone).date())
        members = read.week(uow, ctx.line, monday, ctx.zone).team
        return [
            (member, duty.standing(uow, member.row, member.shifts), str(volunteers.number_of(uow, member.row)))
            for member in members
        ]

    policy = ctx.runtime.policy_of(ctx.line)
    return ctx.page(
        "console/schedule/team.html", found=ctx.look(look), said=said, bad=policy.bad_number_after,
        missed=policy.missed_calls, **_form(ctx),
    )  # fmt: skip


@pages.write("/add", right="schedule.change", shows=team)
def add(ctx: RequestContext) -> Response:
    """Somebody new: invited by text, or with a yes that we have already."""
    offered, how = forms.offered(ctx), ctx.field("agreed")
    if how not in ("invite", "agreed"):
        raise UserError(_("Choose whether we ask for their consent by text, or you already have it."))

    def write(uow: UnitOfWork) -> str:
        name, number = ctx.field("name"), ctx.field("number")
        return invitations.take_on(uow, ctx.line, name, number, offered, ctx.who.by, agreed=how == "agreed").id

    who = ctx.do(write)
    words = _("Invited by text.") if how == "invite" else _("Volunteer added.")
    return ctx.to("schedule_team.volunteer", words, volunteer_id=who)


@pages.page("/<volunteer_id>", right="names.see")
def volunteer(ctx: RequestContext, volunteer_id: str) -> str:
    """One volunteer."""

    def look(uow: UnitOfWork) -> dict[str, object]:
        row = _own(ctx, uow, volunteer_id)
        own = rows.shifts_of(uow.session, row.id)
        return {
            "row": row,
            "name": volunteers.name_of(uow, row),
            "number": str(volunteers.number_of(uow, row)),
            "standing": duty.standing(uow, row, own),
            "shifts": [(shift, rules.next_times([rows.as_rule(shift)], uow.now, NEXT)) for shift in own],
            "feed": f"{ctx.runtime.settings.public_url}/shifts/{shift_feeds.token(uow, row)}.ics",
        }

    policy = ctx.runtime.policy_of(ctx.line)
    return ctx.page(
        "console/schedule/volunteer.html",
        **ctx.look(look),
        said=said,
        bad=policy.bad_number_after,
        missed=policy.missed_calls,
        **_form(ctx),
        forms=forms,
        filled=forms.filled(ctx),
    )


@pages.write("/<volunteer_id>/change", right="schedule.change", shows=volunteer)
def change(ctx: RequestContext, volunteer_id: str) -> Response:
    """What they offer."""
    offered = forms.offered(ctx)
    _do(ctx, volunteer_id, lambda uow, row: volunteers.change(uow, row, offered, ctx.who.by))
    return ctx.to("schedule_team.volunteer", _("Saved."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/shifts", right="schedule.change", shows=volunteer)
def add_shift(ctx: RequestContext, volunteer_id: str) -> Response:
    """A new shift of theirs."""
    times = forms.times(ctx)
    _do(ctx, volunteer_id, lambda uow, row: schedule.add(uow, row, times, ctx.who.by))
    return ctx.to("schedule_team.volunteer", _("Shift added."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/pause", right="schedule.change", shows=volunteer)
def pause(ctx: RequestContext, volunteer_id: str) -> Response:
    """Off the rotation."""
    _do(ctx, volunteer_id, lambda uow, row: volunteers.pause(uow, row, ctx.who.by))
    return ctx.to("schedule_team.volunteer", _("Paused. Conversations they're in continue."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/resume", right="schedule.change", shows=volunteer)
def resume(ctx: RequestContext, volunteer_id: str) -> Response:
    """Back on the rotation; a number that was left out is tried again."""
    _do(ctx, volunteer_id, lambda uow, row: volunteers.resume(uow, row, ctx.who.by))
    return ctx.to("schedule_team.volunteer", _("Resumed."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/feed", right="schedule.change", shows=volunteer)
def new_feed(ctx: RequestContext, volunteer_id: str) -> Response:
    """Another address for their calendar; the old one opens nothing any more."""
    _do(ctx, volunteer_id, lambda uow, row: shift_feeds.renew(uow, row, ctx.who.by))
    return ctx.to("schedule_team.volunteer", _("Their calendar has a new address."), volunteer_id=volunteer_id)


@pages.write("/<volunteer_id>/remove", right="schedule.change", shows=volunteer)
def remove(ctx: RequestContext, volunteer_id: str) -> Response:
    """Their name, number and shifts go."""
    _do(ctx, volunteer_id, lambda uow, row: service.remove_volunteer(uow, row, ctx.who.by))
    return ctx.to("schedule_team.team", _("Removed: their name, number and shifts are deleted."))


def _own(ctx: RequestContext, uow: UnitOfWork, volunteer_id: str) -> Volunteer:
    row = ctx.own(uow.session.get(Volunteer, volunteer_id))
    return ctx.own(row if row.state in rows.THERE else None)


def _do(ctx: RequestContext, volunteer_id: str, act: Callable[[UnitOfWork, Volunteer], Answer]) -> Answer:
    return ctx.do(lambda uow: act(uow, _own(ctx, uow, volunteer_id)))


def _form(ctx: RequestContext) -> dict[str, object]:
    speaks = ctx.runtime.library.lines[ctx.line].languages
    options = {"languages": [(key, key) for key in speaks], "channels": translated(CHANNELS)}
    blank = Offered(languages=speaks[:1], time_zone=ctx.zone.key)
    return {"profile": PROFILE, "options": options, "blank": blank}
