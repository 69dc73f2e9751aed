"""Where pages say what they are: a route, the right that it needs, and whether it writes. Nothing else makes a route.

pages = Pages("inbox", "/console/inbox", Menu(N_("Inbox"), "inbox.read", 20))

@pages.page("/<int:number>", right="inbox.read")
def case(ctx: RequestContext, number: int) -> str: ...

@pages.write("/<int:number>/claim", right="inbox.answer", shows=case)
def claim(ctx: RequestContext, number: int) -> Response: ...
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from flask import Response

from checkin.accounts.rules import Right
from checkin.web.context import RequestContext

Said = str | Response | tuple[str, int]
View = Callable[..., Said]

MOST_BYTES = 256 * 1024
"""What a form may weigh, unless its route says otherwise."""


@dataclass(frozen=True)
class Menu:
    """An entry of the menu, for whoever has the right. title: N_("Inbox"). order: small ones stand first."""

    title: str
    right: Right
    order: int


@dataclass(frozen=True)
class Route:
    """One route. right None: anybody, also who is not signed in.

    live: asks for news by itself, so it neither keeps somebody signed in nor is refused when they did nothing for a
    while. signed: only by an address that ctx.signed made. shows: the page that is shown again with what was typed
    when the view raises UserError. from_anywhere: it needs no form of ours (what browsers send by themselves).
    """

    rule: str
    view: View
    right: Right | None
    writes: bool = False
    live: bool = False
    signed: bool = False
    shows: View | None = None
    most_bytes: int = MOST_BYTES
    from_anywhere: bool = False

    @property
    def method(self) -> str:
        """GET, or POST for what writes."""
        return "POST" if self.writes else "GET"


@dataclass
class Pages:
    """The pages of one folder, below one path. sign_in_at: where whoever is not signed in is sent."""

    name: str
    at: str
    menu: Menu | None = None
    sign_in_at: str = "entrance.sign_in"
    routes: list[Route] = field(default_factory=list)

    def page(
        self, rule: str, *, right: Right | None, live: bool = False, signed: bool = False
    ) -> Callable[[View], View]:
        """A page to read (GET)."""

        def keep(view: View) -> View:
            self.routes.append(Route(rule, view, right, live=live, signed=signed))
            return view

        return keep

    def write(
        self,
        rule: str,
        *,
        right: Right | None,
        shows: View | None = None,
        most_bytes: int = MOST_BYTES,
        from_anywhere: bool = False,
    ) -> Callable[[View], View]:
        """A change (POST), which only our own forms can ask for."""

        def keep(view: View) -> View:
            self.routes.append(
                Route(rule, view, right, True, shows=shows, most_bytes=most_bytes, from_anywhere=from_anywhere)
            )
            return view

        return keep


def pages_in(folder: ModuleType) -> list[Pages]:
    """The `pages` of every module below this folder, by name. A page is there because its file is."""
    below = pkgutil.walk_packages(folder.__path__, f"{folder.__name__}.")
    modules = [importlib.import_module(found.name) for found in below]
    return [module.pages for module in modules if isinstance(getattr(module, "pages", None), Pages)]


def again(shows: View, ctx: RequestContext, error: str, where: dict[str, Any]) -> Said:
    """The page that was sent from, with the mistake at its top and what was typed still in it."""
    ctx.error = error
    page = shows(ctx, **where)
    return (page, 422) if isinstance(page, str) else page
