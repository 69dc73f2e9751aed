"""Getting in and out: sign-in, the one-time link, one's own account, and how this browser likes its pages."""

from __future__ import annotations

import structlog
from flask import Response
from markupsafe import Markup

from checkin.accounts import organizers, page_sessions, secrets
from checkin.accounts import sign_in as signing_in
from checkin.accounts.models import Organizer
from checkin.accounts.organizers import SetUp
from checkin.core import rate_limits
from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n import gettext
from checkin.i18n.gettext import _
from checkin.web.context import RequestContext
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
def home(ctx: RequestContext) -> Response:
    """Where people begin who typed only the name of the line."""
    volunteers = ctx.person is not None and ctx.person.role == "volunteer"
    return ctx.go(VOLUNTEERS_HOME if volunteers else HOME)


@pages.page("/signin", right=None)
def sign_in(ctx: RequestContext) -> str:
    """E-mail, password and code, in one form: a wrong one is never said to be which."""
    return ctx.page("signin.html", next=_safe(ctx.request.values.get("next", "")))


@pages.write("/signin", right=None, shows=sign_in)
def sign_in_with(ctx: RequestContext) -> Response | tuple[str, int]:
    """Sign in. The slow check stands between two transactions."""
    held = ctx.cookies.known(ctx.request)
    attempt = ctx.do(lambda uow: signing_in.begin(uow, ctx.field("email"), ctx.place, held))
    if not attempt.allowed:
        raise UserError(_("Too many tries. Wait 15 minutes and try again."))
    if attempt.slowly:
        ctx.rest(SLOWLY)
    right = secrets.is_right(attempt.password_hash, ctx.request.form.get("password", ""))
    if not right:
        raise UserError(_wrong())

    def finish(uow: UnitOfWork) -> tuple[str, str] | None:
        token = signing_in.finish(uow, attempt, ctx.field("code"), ctx.token)
        return (
            (token, page_sessions.remember_device(uow, held, attempt.organizer_id or "")) if token is not None else None
        )

    signed_in = ctx.do(finish)
    if signed_in is None:
        raise UserError(_wrong())
    return _in(ctx, *signed_in, _safe(ctx.field("next")) or HOME)


@pages.write("/signout", right=None)
def sign_out(ctx: RequestContext) -> Response:
    """Sign this browser out: the row goes, so the cookie opens nothing, whoever kept it."""
    ctx.do(lambda uow: page_sessions.end(uow, ctx.token))
    ctx.after.append(ctx.cookies.drop)
    return ctx.to("entrance.sign_in", _("You're signed out."))


@pages.page("/setup/<token>", right=None)
def set_up_page(ctx: RequestContext, token: str) -> str:
    """Where a one-time link leads: choose a password, and read the code into an authenticator."""
    found = ctx.look(lambda uow: _invited(uow, token))
    if found is None:
        return ctx.page("setup_over.html")
    email, line = found
    secret = _code_secret(ctx, token)
    return ctx.page(
        "setup.html",
        email=email,
        line_name=line,
        secret=secret,
        drawing=Markup(secrets.drawing(secret, email, line)),  # noqa: S704 - made of our own secret
        practice=ctx.runtime.settings.practice,
    )


@pages.write("/setup/<token>", right=None, shows=set_up_page)
def set_up(ctx: RequestContext, token: str) -> Response:
    """Use the link, and be signed in at once."""
    found = ctx.look(lambda uow: _invited(uow, token))
    if found is None:
        raise UserError(_("This link was already used or has expired: ask for a new one."))
    password = ctx.request.form.get("password", "")
    email = found[0] or ctx.field("email")
    organizers.check_password(password, email, email.split("@")[0], ctx.field("name"))
    if password != ctx.request.form.get("again", ""):
        raise UserError(_("The two passwords don't match."))
    secret = _code_secret(ctx, token)
    wants_codes = not (ctx.runtime.settings.practice and not ctx.field("code"))
    typed = SetUp(
        email, ctx.field("name"), ctx.language, secrets.hash_of(password), secret if wants_codes else None,
        ctx.field("code"),
    )  # fmt: skip

    def use(uow: UnitOfWork) -> tuple[str, str]:
        organizer = organizers.set_up(uow, token, typed, codes=wants_codes)
        known = page_sessions.remember_device(uow, ctx.cookies.known(ctx.request), organizer.id)
        return page_sessions.begin(uow, organizer, ctx.token), known

    return _in(ctx, *ctx.do(use), HOME)


@pages.page("/account", right="account")
def account(ctx: RequestContext) -> str:
    """One's own account."""
    told = ctx.look(lambda uow: uow.session.get_one(Organizer, ctx.who.id).told_by_email)
    return ctx.page("account.html", told=told, mail=ctx.runtime.settings.mail is not None)


@pages.write("/account/password", right="account", shows=account)
def change_password(ctx: RequestContext) -> Response:
    """A new password, for whoever knows the old one."""
    person, new = ctx.who, ctx.request.form.get("new", "")
    allowed = ctx.do(lambda uow: rate_limits.count(uow, "password of", person.id, signing_in.WITHIN))
    kept = ctx.look(lambda uow: uow.session.get_one(Organizer, person.id).password_hash)
    if allowed > signing_in.TRIES_OF_AN_ADDRESS or not secrets.is_right(kept, ctx.request.form.get("old", "")):
        raise UserError(_("That isn't your password."))
    organizers.check_password(new, person.name)
    made = secrets.hash_of(new)
    ctx.do(lambda uow: organizers.change_password(uow, person.id, made, person.session_id))
    return ctx.to("entrance.account", _("Password changed. Every other browser is signed out."))


@pages.write("/account/email", right="account", shows=account)
def ask_for_email(ctx: RequestContext) -> Response:
    """Be told of alerts by e-mail, or no longer."""
    wanted = ctx.field("told") == "yes"
    ctx.do(lambda uow: organizers.ask_for_email(uow, ctx.who.id, wanted=wanted))
    return ctx.to("entrance.account", _("We'll e-mail you.") if wanted else _("We won't e-mail you."))


@pages.write("/account/signout", right="account")
def sign_out_elsewhere(ctx: RequestContext) -> Response:
    """Sign out every browser but this one."""
    person = ctx.who
    ctx.do(lambda uow: page_sessions.end_all(uow, person.id, but=person.session_id))
    return ctx.to("entrance.account", _("Every other browser is signed out."))


@pages.write("/look", right=None)
def look(ctx: RequestContext) -> Response:
    """How this browser likes its pages: light or dark, and which language."""
    cookies = ctx.cookies
    theme, language = ctx.field("theme"), ctx.field("language")
    if theme:
        ctx.after.append(lambda response: cookies.prefer(response, "theme", chosen(theme, LOOKS)))
    if language:
        ctx.after.append(lambda response: cookies.prefer(response, "language", gettext.choose([language])))
    return ctx.go(_safe(ctx.field("back")) or HOME)


@pages.write(REPORTS, right=None, from_anywhere=True)
def reports(ctx: RequestContext) -> Response:
    """A browser kept something from running that our policy does not allow: counted, and never kept."""
    counted = ctx.do(lambda uow: rate_limits.count(uow, "csp", "reports", rate_limits.LONG))
    if counted <= MOST_REPORTS:
        log.warning("csp_report", count=counted)
    return Response(status=204)


def _wrong() -> str:
    return _("E-mail, password or code isn't right.")


def _in(ctx: RequestContext, token: str, device: str, path: str) -> Response:
    ctx.after.append(lambda response: ctx.cookies.keep(response, token))
    ctx.after.append(lambda response: ctx.cookies.remember(response, device))
    return ctx.go(path)


def _invited(uow: UnitOfWork, token: str) -> tuple[str, str] | None:
    """The address that the link is for (empty: they choose it), and the name of the line."""
    found = organizers.invited(uow, token)
    if found is None:
        return None
    return organizers.email_of(uow, found), uow.library.lines[found.line].name


def _code_secret(ctx: RequestContext, token: str) -> str:
    """The authenticator's secret that belongs to this very link, however often its page is shown; no form has it."""
    return secrets.code_secret(ctx.runtime.keys.derived("code", token))


def _safe(path: str) -> str:
    """A path of our own pages; empty for anything that could lead elsewhere."""
    ours = path.startswith(("/console", "/account", "/volunteer", "/signin", "/setup", "/practice"))
    plain = path.isascii() and path.isprintable() and "\\" not in path and "//" not in path
    return path if ours and plain and len(path) < 300 else ""
