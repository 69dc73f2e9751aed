"""Somebody in front of a page, without a browser: what they open, read, type and send."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine
from werkzeug.test import TestResponse

from checkin.accounts import organizers, page_sessions
from checkin.accounts.models import Organizer
from checkin.accounts.rules import Role
from checkin.app import create_app
from checkin.contacts import service as contacts
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime
from checkin.volunteers import queries as team
from checkin.volunteers.models import Volunteer
from checkin.web.cookies import Cookies
from tests import make
from tests.cast import VEE
from tests.make import number, volunteer
from tests.the_line import TheLine

EMAILS = {"lead": "oda@example.org"}
BASE = "https://line.example"


def application(line: TheLine) -> Flask:
    """The line's web application; what must not wait is left for the test to carry out.

    One for all tests of a process: its routes take longer to make than most pages to answer. The runtime behind it
    is the line's own, seen through a window that is turned from test to test.
    """
    app, window = _application()
    object.__setattr__(window, "__dict__", line.runtime.__dict__)
    return app


def own_application(line: TheLine) -> Flask:
    """The same, made for this line alone: for whoever adds to it, or answers in several threads."""
    app = create_app(line.runtime)
    line.runtime.transactions.after_commit.pop()
    return app


@cache
def _application() -> tuple[Flask, Runtime]:
    with tempfile.TemporaryDirectory() as folder, create_engine("sqlite://").connect() as nowhere:
        runtime = make.make_runtime(nowhere, Path(folder), make.Network(), make.Clock())
        return create_app(runtime), runtime


@dataclass
class Shown:
    """A page as somebody sees it."""

    response: TestResponse
    said: str = ""

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def words(self) -> str:
        """What is read on it, in one line."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.words).split())

    def form_field(self, name: str) -> str:
        """What a form on the page holds under this name."""
        found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', self.html)
        assert found, f"no field is called {name}"
        return found.group(1)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "head"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.words.append(data)


@dataclass
class Browser:
    """One browser. `who`: the organizer who is signed in with it."""

    line: TheLine
    app: Flask
    who: Organizer | None = None
    cookies: Cookies = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.cookies = Cookies(self.line.runtime.keys, https=True)

    def sign_in_as(self, role: Role, line: str = "default") -> Browser:
        """Be signed in, as sign-in would leave it, without its slow check of a password."""

        if role == "volunteer":
            vee = self.line.runtime.do(lambda uow: page_sessions.begin(uow, _vee(uow)))
            self.hold(vee)
            return self

        def make(uow: UnitOfWork) -> tuple[Organizer, str]:
            email = f"{role}-{uow.new_id()[-6:]}@example.org"
            organizer = Organizer(
                id=uow.new_id(), line=line, role=role, state="active", created_at=uow.now,
                email_key=organizers.email_keys(uow, email)[0],
            )  # fmt: skip
            uow.vault.encrypt(organizer, Organizer.email_encrypted, email)
            uow.vault.encrypt(organizer, Organizer.name_encrypted, "Oda")
            uow.session.add(organizer)
            uow.session.flush()
            return organizer, page_sessions.begin(uow, organizer)

        self.who, token = self.line.runtime.do(make)
        self.hold(token)
        return self

    def hold(self, token: str) -> None:
        """Have this cookie."""
        self.client.set_cookie(self.cookies.name, token, domain="line.example", secure=True)

    @property
    def token(self) -> str | None:
        """What the cookie holds."""
        cookie = self.client.get_cookie(self.cookies.name, "line.example")
        return cookie.value if cookie else None

    def opens(self, path: str, **headers: str) -> Shown:
        """Open a page; who is sent on goes on."""
        return Shown(self.client.get(path, base_url=BASE, headers=_named(headers), follow_redirects=True))

    def asks(self, path: str, **headers: str) -> Shown:
        """Open a page, and stay where that ends."""
        return Shown(self.client.get(path, base_url=BASE, headers=_named(headers)))

    def sends(self, path: str, follow: bool = True, csrf: str | None = None, **fields: object) -> Shown:
        """Send a form of ours to this path, and go where that leads."""
        held = self.cookies.csrf(self.token) if self.token else ""
        values = {"csrf": held if csrf is None else csrf, **fields}
        return Shown(self.client.post(path, base_url=BASE, data=values, follow_redirects=follow))


def _vee(uow: UnitOfWork) -> Volunteer:
    """Vee, who volunteers; the same one each time."""
    key = contacts.keys_of(uow, "default", number(VEE))
    return team.with_number(uow.session, "default", key) or volunteer(uow, VEE, "Vee")


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
