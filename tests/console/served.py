"""The pages of a line with people in it, served from this process: for looking at them in a browser."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, redirect, request
from sqlalchemy import Engine, select
from werkzeug.serving import make_server

import checkin.tables  # noqa: F401 - every table is known before any is made
from checkin.accounts.rules import Role
from checkin.core.database import make_engine
from checkin.core.models import Base
from checkin.messages.models import FollowUp
from checkin.volunteers.models import Shift, Volunteer
from tests import make
from tests.cast import ANA
from tests.console.browser import Browser, own_application
from tests.console.matrix import MATRIX, NONE
from tests.console.people import a_move_in, people_come
from tests.console.stories import a_story
from tests.the_line import TheLine

NO_PAGE = (
    "/_in",
    "/healthz",
    "/readyz",
    "/metrics",
    "<path:path>",
    "/sound",
    "/address",
    "/live",
    ".csv",
    ".svg",
    ".yaml",
    ".ics",
    ".json",
    ".txt",
    ".mp3",
    ".js",
    ".webmanifest",
)
"""How the paths end that are read by something else than a person in front of a page."""


@dataclass
class Served:
    """Where the pages are, and what is on them."""

    url: str
    line: TheLine

    def sign_in(self, role: Role, to: str, theme: str = "auto") -> str:
        """The address that signs a browser in as somebody with this role, and goes on to a page."""
        return f"{self.url}/_in?to={to}&theme={theme}&role={role}"

    def pages(self) -> list[tuple[Role, str]]:
        """Every page that a person looks at: as whom, and its path."""
        found: list[tuple[Role, str]] = []
        for route, (roles, path) in MATRIX.items():
            method, rule = route.split(" ", 1)
            if method == "GET" and rule != "/" and not rule.endswith(NO_PAGE):
                found.append((_as(roles), self._filled(rule, path)))
        return found

    def _filled(self, rule: str, path: str) -> str:
        """The path with the id of something that is there."""
        if "story_id" in rule:
            return path.replace(NONE, a_story(self.line, waiting="review" in rule))
        if "move_in_id" in rule:
            return path.replace(NONE, a_move_in(self.line, imported=True))
        for placeholder, table in (("shift_id", Shift), ("volunteer_id", Volunteer), ("follow_up_id", FollowUp)):
            if placeholder in rule:
                return path.replace(NONE, self._newest(table))
        return path.replace(NONE, self.line.contact(ANA).id) if "contact_id" in rule else path

    def _newest(self, table: type[Shift] | type[Volunteer] | type[FollowUp]) -> str:
        ids = self.line.runtime.read(lambda session: session.scalars(select(table.id).order_by(table.id.desc())).all())
        return ids[0] if ids else NONE


def _as(roles: str) -> Role:
    return "volunteer" if roles.split() == ["volunteer"] else "lead"


@contextmanager
def served() -> Iterator[Served]:
    """A line with people; `/_in` signs a browser in."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/line.db")
        Base.metadata.create_all(engine)
        line = _line(Path(folder), engine)
        people_come(line)
        app = own_application(line)
        _door(app, line)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield Served(f"http://127.0.0.1:{server.port}", line)
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


def _line(folder: Path, engine: Engine) -> TheLine:
    network, clock = make.Network(), make.Clock()
    with engine.connect() as connection:
        runtime = make.make_runtime(connection, folder, network, clock)
    make.commits_to(runtime, engine)
    object.__setattr__(runtime.settings, "public_url", "http://127.0.0.1")
    return TheLine(runtime, network, clock)


def _door(app: Flask, line: TheLine) -> None:
    tokens: dict[str, str] = {}
    guard = threading.Lock()

    def sign_in() -> Response:
        role: Role = request.args["role"]  # type: ignore[assignment]
        with guard:
            if role not in tokens:
                tokens[role] = Browser(line, app).sign_in_as(role).token or ""
        response = redirect(request.args["to"])
        assert isinstance(response, Response)
        response.set_cookie("line", tokens[role], httponly=True)
        response.set_cookie("theme", request.args["theme"])
        return response

    app.add_url_rule("/_in", "_in", sign_in)
