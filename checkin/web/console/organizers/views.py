"""The organisers of the line: invite, change the role, a new link, remove. For the organiser lead alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.accounts import organizers as acts
from checkin.accounts import queries as rows
from checkin.accounts.models import Organiser
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.web.context import Here
from checkin.web.registry import Menu, Pages

Answer = TypeVar("Answer")

pages = Pages("organisers", "/console/organisers", Menu(N_("Organizers"), "organisers.manage", 97))

ROLES = {
    "lead": N_("organizer lead: everything, and the organizers"),
    "organiser": N_("organizer: everything but the organizers and the changes"),
    "volunteer_lead": N_("volunteer lead: Now, the inbox, the schedule"),
    "reviewer": N_("reviewer: stories"),
    "read_only": N_("read only: figures, no words and no people"),
}


@pages.page("/", right="organisers.manage")
def organisers(here: Here) -> str:
    """Everyone, and a form to invite."""
    return _page(here)


@pages.write("/invite", right="organisers.manage", shows=organisers)
def invite(here: Here) -> str:
    """Invite somebody. Their link is shown once."""
    token = here.do(lambda work: acts.add(work, here.line, here.field("email"), here.field("role"), here.who.by))
    return _page(here, token)


@pages.write("/<organiser_id>/link", right="organisers.manage", shows=lambda here, **_where: organisers(here))
def new_link(here: Here, organiser_id: str) -> str:
    """For somebody who lost their password or phone."""
    return _page(here, _do(here, organiser_id, lambda work, one: acts.link(work, one, here.who.by)))


@pages.write("/<organiser_id>/role", right="organisers.manage", shows=lambda here, **_where: organisers(here))
def change_role(here: Here, organiser_id: str) -> Response:
    """Another role."""
    _do(here, organiser_id, lambda work, one: acts.change_role(work, one, here.field("role"), here.who.by))
    return here.to("organisers.organisers", _("Their role is changed. They sign in anew."))


@pages.write("/<organiser_id>/remove", right="organisers.manage", shows=lambda here, **_where: organisers(here))
def remove(here: Here, organiser_id: str) -> Response:
    """Erase their account."""
    _do(here, organiser_id, lambda work, one: acts.remove(work, one, here.who.by))
    return here.to("organisers.organisers", _("They are removed, and signed out."))


def _page(here: Here, token: str = "") -> str:
    def look(work: Work) -> list[tuple[Organiser, str, str]]:
        team = rows.team(work.session, here.line)
        return [(one, acts.name_of(work, one), acts.email_of(work, one)) for one in team]

    link = f"{here.runtime.settings.public_url}/setup/{token}" if token else ""
    return here.page("console/organizers/organisers.html", team=here.look(look), roles=ROLES, link=link)


def _do(here: Here, organiser_id: str, act: Callable[[Work, Organiser], Answer]) -> Answer:
    return here.do(lambda work: act(work, here.own(work.session.get(Organiser, organiser_id))))
