"""Today: am I on duty, who would like to text, with whom am I, how was it, what waits. One thumb does the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response

from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.relays import aftercare, leads, taking
from checkin.relays import queries as relay_rows
from checkin.volunteers import duty
from checkin.volunteers.models import Volunteer
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer import current_volunteer
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT, do, look, there
from checkin.web.volunteer.reads import cases
from checkin.web.volunteer.services import talking

pages = Pages("volunteer_today", "/volunteer", Menu(N_("Today"), "volunteering", 10), sign_in_at=SIGN_IN_AT)

OFF_FOR = {
    "30m": (N_("30 minutes"), timedelta(minutes=30)),
    "2h": (N_("2 hours"), timedelta(hours=2)),
    "1d": (N_("a day"), timedelta(days=1)),
    "3d": (N_("3 days"), timedelta(days=3)),
    "7d": (N_("a week"), timedelta(days=7)),
    "": (N_("until I say so"), None),
}
"""How long a break lasts: what is sent, its words, its length."""

CARE = ("fine", "tough", "call")


@pages.page("/", right="volunteering")
def today(ctx: RequestContext, **_sent_from: object) -> str:
    """The page, with its news in it."""
    return ctx.page("volunteer/home/today.html", off_for=OFF_FOR, **_news(ctx))


@pages.page("/live", right="volunteering", live=True)
def live(ctx: RequestContext) -> str:
    """The news alone."""
    return ctx.page("volunteer/home/live.html", **_news(ctx))


@pages.write("/duty", right="volunteering", shows=today)
def change_duty(ctx: RequestContext) -> Response:
    """On duty, or off for a while."""
    if ctx.field("on"):
        standing = do(ctx, duty.go_on)
        if standing.state == "paused":
            raise UserError(_("You're on a break. A lead will speak with you before you're back on duty."))
        return ctx.to("volunteer_today.today", _("You're on duty. Thank you."))
    if ctx.field("off") not in OFF_FOR:
        raise UserError(_("Choose how long."))
    length = OFF_FOR[ctx.field("off")][1]
    do(ctx, lambda uow, me: duty.go_off(uow, me, length))
    return ctx.to("volunteer_today.today", _("You're off duty. Rest well."))


@pages.write("/offers/<int:number>/take", right="volunteering", shows=today)
def take(ctx: RequestContext, number: int) -> Response:
    """TAKE: the first to say so is with them."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> bool:
        said = taking.take(uow, volunteer, relay_rows.threads_of(uow.session, volunteer.id), number)
        if talking.thread(uow, volunteer, number) is None:
            raise UserError(said)
        return True

    do(ctx, act)
    return ctx.to("volunteer_talks.talk", number=number)


@pages.write("/call/lead", right="volunteering", shows=today)
def lead_for_call(ctx: RequestContext) -> Response:
    """LEAD while they are on the phone with somebody."""

    def act(uow: UnitOfWork, volunteer: Volunteer) -> str:
        call = there(relay_rows.call_of(uow.session, volunteer.id))
        if not current_volunteer.first_time(uow, volunteer.id, ctx.field("form")):
            return _("A lead has been asked to join.")
        return leads.ask_for_one(uow, volunteer, *call)

    return ctx.to("volunteer_today.today", do(ctx, act))


@pages.write("/care", right="volunteering", shows=today)
def care(ctx: RequestContext) -> Response:
    """How they are after a talk. "Call me" reaches the leads at once."""
    how = ctx.field("how")
    if how not in CARE:
        raise UserError(_("Choose one of the three."))
    word = str(CARE.index(how) + 1)
    said = do(ctx, lambda uow, me: aftercare.after_relay(uow, me, word))
    return ctx.to("volunteer_today.today", said or _("Thank you. You'd already told us."))


def _news(ctx: RequestContext) -> dict[str, Any]:
    """Everything that changes by itself: nine statements at most, for leads ten."""

    def read(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        threads = relay_rows.threads_of(uow.session, volunteer.id)
        return {
            "me": volunteer,
            "where": zone(volunteer.time_zone),
            "standing": duty.standing(uow, volunteer),
            "next": duty.next_times(uow, volunteer, 1),
            "offers": [thread for thread in threads if not thread.joined],
            "talks": [thread for thread in threads if thread.joined],
            "call": relay_rows.call_of(uow.session, volunteer.id),
            "care": relay_rows.last_care(uow.session, volunteer.id, uow.now - aftercare.ANSWER_WITHIN),
            "left": cases.how_many_wait(uow.session, volunteer),
            "wanted": talking.asking_for_a_lead(uow.session, volunteer) if volunteer.lead else [],
            "form": uow.new_id(),
        }

    return look(ctx, read)
