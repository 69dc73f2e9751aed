"""Signing in by a one-time link, which is texted to the phone that volunteers have with the line anyway."""

from __future__ import annotations

from flask import Response

from checkin.accounts import page_sessions, volunteer_links
from checkin.accounts.rules import VOLUNTEERS_STAY
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from checkin.web.volunteer.current_volunteer import SIGN_IN_AT

pages = Pages("volunteer_door", "/volunteer", sign_in_at=SIGN_IN_AT)

HOME = "volunteer_today.today"


@pages.page("/in", right=None)
def ask(ctx: RequestContext) -> str:
    """Where somebody asks for a link. Nothing on it depends on who they are."""
    return ctx.page("volunteer/sign_in/ask.html", minutes=int(volunteer_links.LASTS.total_seconds() // 60))


@pages.write("/in", right=None, shows=ask)
def ask_for(ctx: RequestContext) -> Response:
    """Text a link to this number, if it is a volunteer's. The answer is the same whether it is, and however often."""
    held = ctx.cookies.known(ctx.request)
    ctx.do(lambda uow: volunteer_links.asked(uow, ctx.field("phone"), ctx.place, held))
    said = _(
        "If this is a volunteer's phone, a link is on its way. It may take a minute. If it doesn't come, text "
        "LINK to the line: at night, or soon after another link, that's the only way to get one."
    )
    return ctx.to("volunteer_door.ask", said)


@pages.page("/in/<token>", right=None)
def link(ctx: RequestContext, token: str) -> str:
    """Where the link leads. Looking uses nothing up: phones look at links in texts by themselves."""
    good = ctx.look(lambda uow: volunteer_links.holds(uow, token)) is not None
    return ctx.page("volunteer/sign_in/link.html" if good else "volunteer/sign_in/over.html", token=token)


@pages.write("/in/<token>", right=None, shows=link)
def use(ctx: RequestContext, token: str) -> Response:
    """Use the link, once."""
    held = ctx.cookies.known(ctx.request)

    def sign_in(uow: UnitOfWork) -> tuple[str, str]:
        volunteer, cookie = volunteer_links.use(uow, token, ctx.token)
        return cookie, page_sessions.remember_device(uow, held, volunteer.id)

    cookie, device = ctx.do(sign_in)
    ctx.after.append(lambda response: ctx.cookies.keep(response, cookie, VOLUNTEERS_STAY.whole))
    ctx.after.append(lambda response: ctx.cookies.remember(response, device))
    return ctx.to(HOME)


@pages.write("/out", right=None)
def sign_out(ctx: RequestContext) -> Response:
    """Sign this phone out: the row goes, so the cookie opens nothing, whoever kept it."""
    ctx.do(lambda uow: page_sessions.end(uow, ctx.token))
    ctx.after.append(ctx.cookies.drop)
    return ctx.to("volunteer_door.ask", _("You're signed out on this phone."))
