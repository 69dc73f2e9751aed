"""Getting in and out: sign-in, the one-time link, one's own account, and how this browser likes its pages."""

from __future__ import annotations

import structlog
from flask import Response
from markupsafe import Markup

from checkin.accounts import devices, organizers, page_sessions, secrets
from checkin.accounts import sign_in as signing_in
from checkin.accounts.models import Organiser
from checkin.accounts.organizers import SetUp
from checkin.core import rate_limits
from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.i18n import gettext
from checkin.i18n.gettext import _
from checkin.web.context import Here
from checkin.web.cookies import LOOKS
from checkin.web.headers import REPORTS
from checkin.web.registry import Pages
from checkin.web.templates import chosen

log = structlog.get_logger()
pages = Pages("entrance", "")

HOME = "/console"
VOLUNTEERS_HOME = "/volunteer/"
MOST_REPORTS = 100_000
SLOWLY = 2.0
"""Seconds that somebody waits who signs in from where too much is tried, in a browser that knows them."""


@pages.page("/", right=None)
def home(here: Here) -> Response:
    """Where people begin who typed only the name of the line."""
    volunteers = here.person is not None and here.person.role == "volunteer"
    return here.go(VOLUNTEERS_HOME if volunteers else HOME)


@pages.page("/signin", right=None)
def sign_in(here: Here) -> str:
    """E-mail, password and code, in one form: a wrong one is never said to be which."""
    return here.page("signin.html", next=_safe(here.request.values.get("next", "")))


@pages.write("/signin", right=None, shows=sign_in)
def sign_in_with(here: Here) -> Response | tuple[str, int]:
    """Sign in. The slow check stands between two transactions."""
    held = here.cookies.known(here.request)
    attempt = here.do(lambda work: signing_in.begin(work, here.field("email"), here.place, held))
    if not attempt.allowed:
        raise UserError(_("That was too many tries. Wait a quarter of an hour, and try again."))
    if attempt.slowly:
        here.rest(SLOWLY)
    right = secrets.is_right(attempt.password_hash, here.request.form.get("password", ""))
    if not right:
        raise UserError(_wrong())

    def finish(work: Work) -> tuple[str, str] | None:
        token = signing_in.finish(work, attempt, here.field("code"), here.token)
        return (token, devices.remember(work, held, attempt.organiser_id or "")) if token is not None else None

    signed_in = here.do(finish)
    if signed_in is None:
        raise UserError(_wrong())
    return _in(here, *signed_in, _safe(here.field("next")) or HOME)


@pages.write("/signout", right=None)
def sign_out(here: Here) -> Response:
    """Sign this browser out: the row goes, so the cookie opens nothing, whoever kept it."""
    here.do(lambda work: page_sessions.end(work, here.token))
    here.after.append(here.cookies.drop)
    return here.to("entrance.sign_in", _("You are signed out."))


@pages.page("/setup/<token>", right=None)
def set_up_page(here: Here, token: str) -> str:
    """Where a one-time link leads: choose a password, and read the code into an authenticator."""
    found = here.look(lambda work: _invited(work, token))
    if found is None:
        return here.page("setup_over.html")
    email, line = found
    secret = _code_secret(here, token)
    return here.page(
        "setup.html",
        email=email,
        line_name=line,
        secret=secret,
        drawing=Markup(secrets.drawing(secret, email, line)),  # noqa: S704 - made of our own secret
        practice=here.runtime.settings.practice,
    )


@pages.write("/setup/<token>", right=None, shows=set_up_page)
def set_up(here: Here, token: str) -> Response:
    """Use the link, and be signed in at once."""
    found = here.look(lambda work: _invited(work, token))
    if found is None:
        raise UserError(_("This link was used already, or is too old: ask for a new one."))
    password = here.request.form.get("password", "")
    email = found[0] or here.field("email")
    organizers.check_password(password, email, email.split("@")[0], here.field("name"))
    if password != here.request.form.get("again", ""):
        raise UserError(_("The two passwords are not the same."))
    secret = _code_secret(here, token)
    wants_codes = not (here.runtime.settings.practice and not here.field("code"))
    typed = SetUp(
        email, here.field("name"), here.language, secrets.hash_of(password), secret if wants_codes else None,
        here.field("code"),
    )  # fmt: skip

    def use(work: Work) -> tuple[str, str]:
        organiser = organizers.set_up(work, token, typed, codes=wants_codes)
        known = devices.remember(work, here.cookies.known(here.request), organiser.id)
        return page_sessions.begin(work, organiser, here.token), known

    return _in(here, *here.do(use), HOME)


@pages.page("/account", right="account")
def account(here: Here) -> str:
    """One's own account."""
    return here.page("account.html")


@pages.write("/account/password", right="account", shows=account)
def change_password(here: Here) -> Response:
    """A new password, for whoever knows the old one."""
    person, new = here.who, here.request.form.get("new", "")
    allowed = here.do(lambda work: rate_limits.count(work, "password of", person.id, signing_in.WITHIN))
    kept = here.look(lambda work: work.session.get_one(Organiser, person.id).password_hash)
    if allowed > signing_in.TRIES_OF_AN_ADDRESS or not secrets.is_right(kept, here.request.form.get("old", "")):
        raise UserError(_("That is not your password."))
    organizers.check_password(new, person.name)
    made = secrets.hash_of(new)
    here.do(lambda work: organizers.change_password(work, person.id, made, person.session_id))
    return here.to("entrance.account", _("Your password is changed. Every other browser is signed out."))


@pages.write("/account/signout", right="account")
def sign_out_elsewhere(here: Here) -> Response:
    """Sign out every browser but this one."""
    person = here.who
    here.do(lambda work: page_sessions.end_all(work, person.id, but=person.session_id))
    return here.to("entrance.account", _("Every other browser is signed out."))


@pages.write("/look", right=None)
def look(here: Here) -> Response:
    """How this browser likes its pages: light or dark, and which language."""
    cookies = here.cookies
    theme, language = here.field("theme"), here.field("language")
    if theme:
        here.after.append(lambda response: cookies.prefer(response, "theme", chosen(theme, LOOKS)))
    if language:
        here.after.append(lambda response: cookies.prefer(response, "language", gettext.choose([language])))
    return here.go(_safe(here.field("back")) or HOME)


@pages.write(REPORTS, right=None, from_anywhere=True)
def reports(here: Here) -> Response:
    """A browser kept something from running that our policy does not allow: counted, and never kept."""
    counted = here.do(lambda work: rate_limits.count(work, "csp", "reports", rate_limits.LONG))
    if counted <= MOST_REPORTS:
        log.warning("csp_report", count=counted)
    return Response(status=204)


def _wrong() -> str:
    return _("E-mail, password or code is not right.")


def _in(here: Here, token: str, device: str, path: str) -> Response:
    here.after.append(lambda response: here.cookies.keep(response, token))
    here.after.append(lambda response: here.cookies.remember(response, device))
    return here.go(path)


def _invited(work: Work, token: str) -> tuple[str, str] | None:
    """The address that the link is for (empty: they choose it), and the name of the line."""
    found = organizers.invited(work, token)
    if found is None:
        return None
    return organizers.email_of(work, found), work.library.lines[found.line].name


def _code_secret(here: Here, token: str) -> str:
    """The authenticator's secret that belongs to this very link, however often its page is shown; no form has it."""
    return secrets.code_secret(here.runtime.keys.derived("code", token))


def _safe(path: str) -> str:
    """A path of our own pages; empty for anything that could lead elsewhere."""
    ours = path.startswith(("/console", "/account", "/volunteer", "/signin", "/setup", "/practice"))
    plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path
    return path if ours and plain and len(path) < 300 else ""
