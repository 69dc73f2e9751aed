"""The pages of one application: how a request is let in, answered and refused, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Blueprint, Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from werkzeug.exceptions import RequestEntityTooLarge

from checkin.accounts import page_sessions
from checkin.accounts.rules import may
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.i18n import gettext
from checkin.i18n.gettext import _, raw, said
from checkin.runtime import Runtime
from checkin.web import headers
from checkin.web import templates as looks
from checkin.web.context import NotThere, RequestContext
from checkin.web.cookies import Cookies
from checkin.web.registry import Menu, Pages, Route, Said, again

HINTS = {
    "blocked": N_("you can unblock them"),
    "calls_only": N_("choose calls only"),
    "long_hours": N_("you'll find that on their page"),
    "no_case": N_("the inbox lists them all"),
    "no_invitation": N_("don't send an invitation"),
    "no_mobile": N_("choose calls only, or enter a mobile number"),
    "no_organizer": N_("the Organizers page lists them"),
    "no_story": N_("the library lists them"),
    "no_such_day": N_("its page shows its days"),
    "no_version": N_("the flow's history lists them"),
    "no_volunteer": N_("the volunteers page lists them all"),
    "signs_in": N_("if they lost their password or phone, give them a new link"),
}
"""By the code of the error; the terminal has hints of its own."""


@dataclass
class Site:
    """What pages share. menus: (endpoint, menu), filled as parts are mounted. rest: waits so many seconds."""

    runtime: Runtime
    menus: list[tuple[str, Menu]] = field(default_factory=list)
    rest: Callable[[float], None] = time.sleep

    @property
    def cookies(self) -> Cookies:
        return Cookies(self.runtime.keys, self.runtime.settings.public_url.startswith("https://"))

    @cached_property
    def templates(self) -> Environment:
        """Every template, with our filters, and nothing of Flask's: no settings can be shown by mistake."""
        return looks.environment()

    def mount(self, app: Flask, parts: Sequence[Pages]) -> None:
        """Give these pages their routes."""
        for pages in parts:
            made = Blueprint(pages.name, __name__, url_prefix=pages.at or None)
            for route in pages.routes:
                made.add_url_rule(
                    route.rule,
                    route.view.__name__,
                    self._view(route, pages.sign_in_at),
                    methods=[route.method],
                    strict_slashes=False,
                )
            app.register_blueprint(made)
            if pages.menu is not None:
                self.menus.append((f"{pages.name}.{pages.routes[0].view.__name__}", pages.menu))
        self.menus.sort(key=lambda entry: entry[1].order)

    def render(self, template: str, **values: Any) -> str:
        return self.templates.get_template(template).render(site=self, **values)

    def menu(self, ctx: RequestContext) -> list[tuple[str, str]]:
        """The entries of whoever is in: endpoint and title."""
        return [(endpoint, gettext.raw(menu.title)) for endpoint, menu in self.menus if ctx.may(menu.right)]

    def refuse(self, ctx: RequestContext, status: int, words: str) -> Response:
        page = ctx.page("refused.html", status=status, words=words)
        return Response(page, status=status, mimetype="text/html")

    def enter(self) -> RequestContext:
        """Who is in, and in which language."""
        token = self.cookies.token(request)
        person = self.runtime.look(lambda uow: page_sessions.person(uow, token)) if token else None
        wanted = (request.cookies.get("language"), person.language if person else None, _accepted())
        ctx = RequestContext(
            self.runtime, self.cookies, self.render, self.rest,
            request, person, token or self.cookies.fresh(), self.runtime.clock(), gettext.choose(wanted),
            said=self.cookies.said(request, self.runtime.clock()),
        )  # fmt: skip
        if token is None:
            ctx.after.append(lambda response: self.cookies.keep(response, ctx.token))
        return ctx

    def _view(self, route: Route, sign_in_at: str) -> Callable[..., ResponseReturnValue]:
        def view(**where: Any) -> Response:
            request.max_content_length = route.most_bytes
            ctx = self.enter()
            with self.speaking(ctx):
                return self._finished(ctx, self._let_in(ctx, route, where, sign_in_at))

        return view

    def speaking(self, ctx: RequestContext) -> AbstractContextManager[None]:
        """Everything inside is said in this request's language."""
        return gettext.speaking(ctx.language)

    def _let_in(self, ctx: RequestContext, route: Route, where: dict[str, Any], sign_in_at: str) -> Said:
        person = ctx.person
        try:
            if route.right is not None:
                if person is None or (person.idle and not route.live):
                    return self._to_sign_in(ctx, route, sign_in_at)
                if not may(person.role, route.right):
                    return self.refuse(ctx, 403, _("Your role doesn't have access to this page."))
            if (
                route.writes
                and not route.from_anywhere
                and not self.cookies.is_ours(request, self.cookies.token(request))
            ):
                return self.refuse(ctx, 400, _("This form has expired. Go back, reload the page, and send it again."))
            if not _readable(request):
                return self.refuse(ctx, 400, _("We couldn't read what was sent."))
            if route.signed and not ctx.is_signed():
                raise NotThere
            if person is not None and person.stale and not person.idle and not route.live:
                self.runtime.do(lambda uow: page_sessions.touch(uow, person.session_id))
            return self._answered(ctx, route, where)
        except NotThere:
            return self.refuse(ctx, 404, _("This doesn't exist, or you don't have access to it."))
        except RequestEntityTooLarge:
            return self.refuse(ctx, 413, _("That's too much to send at once."))

    def _answered(self, ctx: RequestContext, route: Route, where: dict[str, Any]) -> Said:
        try:
            return route.view(ctx, **where)
        except UserError as error:
            said = refusal_in_words(error)
            if route.shows is None:
                return self.refuse(ctx, 422, said)
            return again(route.shows, ctx, said[:1].upper() + said[1:], where)

    def _to_sign_in(self, ctx: RequestContext, route: Route, sign_in_at: str) -> Response:
        """Where to sign in; after that they are brought back to a page that they wanted to read."""
        wanted = None if route.writes or route.live else request.full_path.rstrip("?")
        path = ctx.url(sign_in_at, **({"next": wanted} if wanted else {}))
        response = ctx.go(path)
        if route.live:
            response.status_code = 401
        return response

    def _finished(self, ctx: RequestContext, said: Said) -> Response:
        if isinstance(said, Response):
            response = said
        else:
            words, status = said if isinstance(said, tuple) else (said, 200)
            response = Response(words, status, mimetype="text/html")
        response.headers.setdefault("Vary", "Cookie, HX-Request")
        if ctx.said and response.mimetype == "text/html" and response.status_code == 200:
            self.cookies.hush(response)
        for act in ctx.after:
            act(response)
        return response


def install(app: Flask, runtime: Runtime) -> Site:
    """Give the application its pages' headers, files and errors. Pages themselves are mounted on the answer."""
    app.extensions["site"] = site = Site(runtime)
    app.register_blueprint(looks.files())

    def finish(response: Response) -> Response:
        return headers.secure(response, https=site.cookies.https)

    def failed(_error: Exception) -> ResponseReturnValue:
        """Something of ours broke: it was logged (checkin.web.served), and is said without what it was."""
        return Response(site.render("broken.html"), status=500, mimetype="text/html")

    app.after_request(finish)
    app.register_error_handler(500, failed)
    return site


def _readable(asked: Request) -> bool:
    """Whether every word of it can be kept: browsers send no others, and databases refuse them."""
    sent = (asked.args, asked.form) if asked.method == "POST" else (asked.args,)
    return all("\x00" not in part for values in sent for pair in values.items(multi=True) for part in pair)


def _accepted() -> str | None:
    return request.accept_languages.best_match(list(gettext.LANGUAGES))


def refusal_in_words(error: UserError) -> str:
    """A sentence, and a hint where there is one."""
    words = said(error.text)
    return f"{words}: {raw(HINTS[error.code])}" if error.code in HINTS else words
