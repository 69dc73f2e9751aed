"""My numbers of this month, and my data: what is kept, to download, to change, and leaving."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from checkin.conversations import volunteer_calls
from checkin.core import lines
from checkin.core.errors import UserError
from checkin.core.rules.zones import zone
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.volunteers.profile import CHANNELS
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT, do, look
from checkin.web.volunteer.services import own_data

pages = Pages("volunteer_mine", "/volunteer/me", Menu(N_("Me"), "volunteering", 40), sign_in_at=SIGN_IN_AT)

LEAVE = N_("leave")


@pages.page("/", right="volunteering")
def mine(ctx: RequestContext) -> str:
    """My numbers, this month and the one before, and my data."""

    def found(uow: UnitOfWork, volunteer: Volunteer) -> dict[str, Any]:
        where = zone(volunteer.time_zone)
        first = ctx.now.astimezone(where).date().replace(day=1)
        before = (first - timedelta(days=1)).replace(day=1)
        return {
            "me": volunteer,
            "name": volunteers.name_of(uow, volunteer),
            "phone": str(volunteers.number_of(uow, volunteer)),
            "code": volunteer_calls.code(uow, volunteer),
            "spoken": lines.get(uow, volunteer.line).languages,
            "this": own_data.month(uow.session, volunteer.id, _midnight(first, where), ctx.now + timedelta(seconds=1)),
            "last": own_data.month(uow.session, volunteer.id, _midnight(before, where), _midnight(first, where)),
        }

    return ctx.page("volunteer/profile/mine.html", channels=CHANNELS, leave=_(LEAVE), **look(ctx, found))


@pages.write("/change", right="volunteering", shows=mine)
def change(ctx: RequestContext) -> Response:
    """My name, languages, channels, topics."""
    form = ctx.request.form
    topics = [part.strip() for part in ctx.field("topics").split(",") if part.strip()]

    def act(uow: UnitOfWork, volunteer: Volunteer) -> None:
        own_data.change(
            uow,
            volunteer,
            ctx.field("name"),
            languages=form.getlist("languages"),
            channels=form.getlist("channels"),
            topics=topics,
        )

    do(ctx, act)
    return ctx.to("volunteer_mine.mine", _("Saved."))


@pages.write("/code", right="volunteering", shows=mine)
def new_code(ctx: RequestContext) -> Response:
    """Another code; the old one opens nothing any more."""
    do(ctx, lambda uow, me: volunteer_calls.renew(uow, me, f"volunteer {me.id}"))
    return ctx.to("volunteer_mine.mine", _("Saved."))


@pages.write("/file", right="volunteering")
def file(ctx: RequestContext) -> Response:
    """Everything that is kept about me, as a file. A form and no link: it is written down that it was taken."""
    told = do(ctx, own_data.everything)
    response = Response(json.dumps(told, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@pages.write("/leave", right="volunteering", shows=mine)
def leave(ctx: RequestContext) -> Response:
    """Leave the team: name, number and shifts go at once. A word that is typed keeps a thumb from doing it."""
    if ctx.field("word").casefold() not in (LEAVE, _(LEAVE).casefold()):
        raise UserError(_("Enter the word to leave; nothing has changed."))
    do(ctx, own_data.leave)
    ctx.after.append(ctx.cookies.drop)
    return ctx.to(SIGN_IN_AT, _("You've left. Your name, number and shifts are deleted. Thank you for everything."))


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), where)
