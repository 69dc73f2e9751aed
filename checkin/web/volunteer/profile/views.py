"""My numbers of this month, and my data: what is kept, to take away, to change, and leaving."""

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
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.volunteers import service as volunteers
from checkin.volunteers.models import Volunteer
from checkin.web.context import Here
from checkin.web.registry import Menu, Pages
from checkin.web.volunteer.current_volunteer import DOOR, do, look
from checkin.web.volunteer.reads import numbers as read
from checkin.web.volunteer.services import own_data

pages = Pages("volunteer_mine", "/volunteer/me", Menu(N_("Me"), "volunteering", 40), door=DOOR)

CHANNELS = {"voice": N_("calls"), "text": N_("texts")}
LEAVE = N_("leave")


@pages.page("/", right="volunteering")
def mine(here: Here) -> str:
    """My numbers, this month and the one before, and my data."""

    def found(work: Work, one: Volunteer) -> dict[str, Any]:
        where = zone(one.time_zone)
        first = here.now.astimezone(where).date().replace(day=1)
        before = (first - timedelta(days=1)).replace(day=1)
        return {
            "me": one,
            "name": volunteers.name_of(work, one),
            "phone": str(volunteers.number_of(work, one)),
            "code": volunteer_calls.code(work, one),
            "spoken": lines.get(work, one.line).languages,
            "this": read.month(work.session, one.id, _midnight(first, where), here.now + timedelta(seconds=1)),
            "last": read.month(work.session, one.id, _midnight(before, where), _midnight(first, where)),
        }

    return here.page("volunteer/profile/mine.html", channels=CHANNELS, leave=_(LEAVE), **look(here, found))


@pages.write("/change", right="volunteering", shows=mine)
def change(here: Here) -> Response:
    """My name, languages, channels, topics."""
    form = here.request.form
    topics = [part.strip() for part in here.field("topics").split(",") if part.strip()]

    def act(work: Work, one: Volunteer) -> None:
        own_data.change(
            work,
            one,
            here.field("name"),
            languages=form.getlist("languages"),
            channels=form.getlist("channels"),
            topics=topics,
        )

    do(here, act)
    return here.to("volunteer_mine.mine", _("It is changed."))


@pages.write("/code", right="volunteering", shows=mine)
def new_code(here: Here) -> Response:
    """Another code; the old one opens nothing any more."""
    do(here, lambda work, one: volunteer_calls.renew(work, one, f"volunteer {one.id}"))
    return here.to("volunteer_mine.mine", _("It is changed."))


@pages.write("/file", right="volunteering")
def file(here: Here) -> Response:
    """Everything that is kept about me, as a file. A form and no link: it is written down that it was taken."""
    told = do(here, own_data.everything)
    response = Response(json.dumps(told, ensure_ascii=False, indent=2), mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@pages.write("/leave", right="volunteering", shows=mine)
def leave(here: Here) -> Response:
    """Leave the team: name, number and shifts go at once. A word that is typed keeps a thumb from doing it."""
    if here.field("word").casefold() not in (LEAVE, _(LEAVE).casefold()):
        raise UserError(_("Write the word to leave; nothing has changed."))
    do(here, own_data.leave)
    here.after.append(here.cookies.drop)
    return here.to(DOOR, _("You have left. Your name, number and shifts are erased. Thank you for everything."))


def _midnight(day: date, where: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), where)
