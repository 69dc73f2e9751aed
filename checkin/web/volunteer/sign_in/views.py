"""Signing in by a one-time link, which is texted to the phone that volunteers have with the line anyway."""

from __future__ import annotations

from flask import Response

from checkin.accounts import devices, page_sessions, volunteer_links
from checkin.accounts.rules import VOLUNTEERS_STAY
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.web.context import Here
from checkin.web.registry import Pages
from checkin.web.volunteer.current_volunteer import DOOR

pages = Pages("volunteer_door", "/volunteer", door=DOOR)

HOME = "volunteer_today.today"


@pages.page("/in", right=None)
def ask(here: Here) -> str:
    """Where somebody asks for a link. Nothing on it depends on who they are."""
    return here.page("volunteer/sign_in/ask.html", minutes=_minutes())


@pages.write("/in", right=None, shows=ask)
def ask_for(here: Here) -> Response:
    """Text a link to this number, if it is a volunteer's. The answer is the same whether it is, and however often."""
    held = here.cookies.known(here.request)
    here.do(lambda work: volunteer_links.asked(work, here.field("phone"), here.place, held))
    said = _(
        "If this is a volunteer's phone, a link is on its way to it. It may take a minute. "
        "If none comes, text LINK to the line: at night, and soon after another, only that brings one."
    )
    return here.to("volunteer_door.ask", said)


@pages.page("/in/<token>", right=None)
def link(here: Here, token: str) -> str:
    """Where the link leads. Looking uses nothing up: phones look at links in texts by themselves."""
    good = here.look(lambda work: volunteer_links.holds(work, token)) is not None
    return here.page("volunteer/sign_in/link.html" if good else "volunteer/sign_in/over.html", token=token)


@pages.write("/in/<token>", right=None, shows=link)
def use(here: Here, token: str) -> Response:
    """Use the link, once."""
    held = here.cookies.known(here.request)

    def sign_in(work: Work) -> tuple[str, str]:
        volunteer, cookie = volunteer_links.use(work, token, here.token)
        return cookie, devices.remember(work, held, volunteer.id)

    cookie, device = here.do(sign_in)
    here.after.append(lambda response: here.cookies.keep(response, cookie, VOLUNTEERS_STAY.whole))
    here.after.append(lambda response: here.cookies.remember(response, device))
    return here.to(HOME)


@pages.write("/out", right=None)
def sign_out(here: Here) -> Response:
    """Sign this phone out: the row goes, so the cookie opens nothing, whoever kept it."""
    here.do(lambda work: page_sessions.end(work, here.token))
    here.after.append(here.cookies.drop)
    return here.to("volunteer_door.ask", _("You are signed out on this phone."))


def _minutes() -> int:
    return int(volunteer_links.LASTS.total_seconds() // 60)
