"""The organizers of the line: invite, change the role, a new link, remove. For the organizer lead alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response

from checkin.accounts import organizers as acts
from checkin.accounts import queries as rows
from checkin.accounts.models import Organizer
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.registry import Menu, Pages

Answer = TypeVar("Answer")

pages = Pages("organizers", "/console/organizers", Menu(N_("Organizers"), "organizers.manage", 97))

ROLES = {
    "lead": N_("organizer lead: full access"),
    "organizer": N_("organizer: full access except organizers and changes"),
    "volunteer_lead": N_("volunteer lead: Now, Inbox, Schedule"),
    "reviewer": N_("reviewer: stories"),
    "read_only": N_("read only: figures, no message text or personal data"),
}


@pages.page("/", right="organizers.manage")
def organizers(ctx: RequestContext) -> str:
    """Everyone, and a form to invite."""
    return _page(ctx)


@pages.write("/invite", right="organizers.manage", shows=organizers)
def invite(ctx: RequestContext) -> str:
    """Invite somebody. Their link is shown once."""
    token = ctx.do(lambda uow: acts.add(uow, ctx.line, ctx.field("email"), ctx.field("role"), ctx.who.by))
    return _page(ctx, token)


@pages.write("/<organizer_id>/link", right="organizers.manage", shows=lambda ctx, **_where: organizers(ctx))
def new_link(ctx: RequestContext, organizer_id: str) -> str:
    """For somebody who lost their password or phone."""
    return _page(ctx, _do(ctx, organizer_id, lambda uow, organizer: acts.link(uow, organizer, ctx.who.by)))


@pages.write("/<organizer_id>/role", right="organizers.manage", shows=lambda ctx, **_where: organizers(ctx))
def change_role(ctx: RequestContext, organizer_id: str) -> Response:
    """Another role."""
    _do(ctx, organizer_id, lambda uow, organizer: acts.change_role(uow, organizer, ctx.field("role"), ctx.who.by))
    return ctx.to("organizers.organizers", _("Role changed. They have to sign in again."))


@pages.write("/<organizer_id>/remove", right="organizers.manage", shows=lambda ctx, **_where: organizers(ctx))
def remove(ctx: RequestContext, organizer_id: str) -> Response:
    """Erase their account."""
    _do(ctx, organizer_id, lambda uow, organizer: acts.remove(uow, organizer, ctx.who.by))
    return ctx.to("organizers.organizers", _("Removed and signed out."))


def _page(ctx: RequestContext, token: str = "") -> str:
    def look(uow: UnitOfWork) -> list[tuple[Organizer, str, str]]:
        team = rows.team(uow.session, ctx.line)
        return [(member, acts.name_of(uow, member), acts.email_of(uow, member)) for member in team]

    link = f"{ctx.runtime.settings.public_url}/setup/{token}" if token else ""
    return ctx.page("console/organizers/organizers.html", team=ctx.look(look), roles=ROLES, link=link)


def _do(ctx: RequestContext, organizer_id: str, act: Callable[[UnitOfWork, Organizer], Answer]) -> Answer:
    return ctx.do(lambda uow: act(uow, ctx.own(uow.session.get(Organizer, organizer_id))))
