"""One request, as a page sees it: who is in, the time, the line, and how to answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from flask import Request, Response, redirect, url_for

from checkin.accounts.page_sessions import CurrentUser
from checkin.accounts.rules import Right, may
from checkin.core.rules.proxies import place
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime
from checkin.web.cookies import Cookies

Answer = TypeVar("Answer")
Row = TypeVar("Row")

HEARD_FOR = timedelta(minutes=5)
"""How long the address of a sound is good for, in the browser that it was made for."""


class NotThere(Exception):
    """It does not exist, or is not theirs to see: both are answered alike, with 404."""


@dataclass
class RequestContext:
    """What a view is handed.

    person: None only on pages that need no right. mistake: why what was just sent was refused (the page is shown
    again with what was typed: `typed`). token: what the browser's cookie holds. typing: the page is shown again
    after a change that is not the last, so what was typed stays in its fields, too. rest: waits so many
    seconds.
    """

    runtime: Runtime
    cookies: Cookies
    render: Callable[..., str]
    rest: Callable[[float], None]
    request: Request
    person: CurrentUser | None
    token: str
    now: datetime
    language: str
    error: str | None = None
    said: str | None = None
    typing: bool = False
    after: list[Callable[[Response], None]] = field(default_factory=list)

    @property
    def who(self) -> CurrentUser:
        assert self.person is not None, "a page without a right knows nobody"
        return self.person

    @property
    def line(self) -> str:
        """The key of the line whose pages these are: everything a page reads is of this line."""
        return self.who.line

    @property
    def zone(self) -> ZoneInfo:
        """The line's clock, by which times are shown."""
        return zone(self.runtime.policy_of(self.line).time_zone)

    @property
    def place(self) -> str:
        """Where they are, for counting what is tried from there."""
        return place(self.request.remote_addr or "")

    @property
    def csrf(self) -> str:
        """What a form must hold."""
        return self.cookies.csrf(self.token)

    def look(self, reading: Callable[[UnitOfWork], Answer]) -> Answer:
        return self.runtime.look(lambda uow: reading(self._asking(uow)))

    def do(self, use_case: Callable[[UnitOfWork], Answer]) -> Answer:
        return self.runtime.do(lambda uow: use_case(self._asking(uow)))

    def _asking(self, uow: UnitOfWork) -> UnitOfWork:
        """Whatever is written down is of the line whose page this is."""
        uow.asking = self.person.line if self.person is not None else None
        return uow

    def may(self, right: Right) -> bool:
        """Whether they have this right: for what a page leaves out. The route itself is guarded by the registry."""
        return self.person is not None and may(self.person.role, right)

    def own(self, row: Row | None) -> Row:
        """This row, if it is there and of their line (and, for a volunteer, about nobody else); else NotThere."""
        whose = getattr(row, "volunteer_id", None) if self.who.role == "volunteer" else None
        if row is None or getattr(row, "line", self.line) != self.line or whose not in (None, self.who.id):
            raise NotThere
        return row

    def not_there(self) -> NoReturn:
        raise NotThere

    def field(self, name: str) -> str:
        """What was typed into a field of the form, without spaces around it."""
        return self.request.form.get(name, "").strip()

    def number(self, most: int = 500) -> int:
        """Which page of a list they ask for, 0 for the first; `most` at most, since far ones are slow to reach."""
        return min(max(self.request.args.get("page", 0, type=int), 0), most)

    def typed(self, name: str, default: object = "") -> str:
        """For a form that is shown again: what was typed, else `default`."""
        return self.request.form.get(name, str(default)) if self.error or self.typing else str(default)

    def page(self, template: str, **values: Any) -> str:
        """A page from its template, which has these values and `here`."""
        return self.render(template, ctx=self, **values)

    def url(self, endpoint: str, **where: Any) -> str:
        """The path of another page: url("inbox.case", number=42)."""
        return url_for(endpoint, **where)

    def to(self, endpoint: str, said: str | None = None, **where: Any) -> Response:
        """Go on to another page after a change, which says so there."""
        return self.go(self.url(endpoint, **where), said)

    def go(self, path: str, said: str | None = None) -> Response:
        """The same, to a path of ours."""
        response = redirect(path, 303)
        assert isinstance(response, Response)
        if self.request.headers.get("HX-Request"):
            response = Response(status=200, headers={"HX-Redirect": path})
        if said:
            self.cookies.say(response, said, self.now)
        return response

    def signed(self, path: str) -> str:
        """A path that works for five minutes, in this browser alone: for sound."""
        return self.runtime.keys.sign_until(self._browser(), path, self.now + HEARD_FOR)

    def is_signed(self) -> bool:
        """Whether this request's address was made by `signed`, here and lately."""
        given = self.request.args.get("s", "")
        return self.runtime.keys.opens(self._browser(), self.request.path, given, self.now)

    def _browser(self) -> str:
        return f"page {self.who.session_id}"
