"""`python -m tests.console.shots [PATH …]`: pictures of pages, at 360 and 1280 px, light and dark, in /tmp/shots.

A line of its own with people in it, in this process; looked at with Debian's Chromium. Nothing of yours is touched.
"""

from __future__ import annotations

import logging
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask, Response, redirect, request
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

import checkin.models.all  # noqa: F401 - every table is known before any is made
from checkin.database import make_engine, make_sessions
from checkin.models.base import Base
from checkin.runtime import Runtime
from tests import make
from tests.cast import ANA
from tests.console.browser import Browser, application
from tests.console.people import people_come
from tests.the_line import TheLine

OUT = Path("/tmp/shots")  # noqa: S108 - pictures to look at
WIDTHS = {"phone": 360, "desk": 1280}
ALWAYS = (
    "/signin",
    "/console/",
    "/console/inbox/",
    "/console/inbox/1",
    "/console/people/",
    "/console/people/@ana",
    "/account",
)


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """A line with people, served here; `/_in` signs the browser in as Oda. Answers Ana's id, too."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/line.db")
        Base.metadata.create_all(engine)
        line = _line(Path(folder), engine)
        people_come(line)
        app = application(line)
        oda = Browser(line, app).sign_in_as("lead")
        _door(app, oda)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.port}", line.contact(ANA).id
        server.shutdown()
        engine.dispose()


def _line(folder: Path, engine: object) -> TheLine:
    network, clock = make.Network(), make.Clock()
    with engine.connect() as connection:  # type: ignore[attr-defined]
        runtime: Runtime = make.make_runtime(connection, folder, network, clock)
    runtime.sessions = make_sessions(engine)  # type: ignore[arg-type]
    runtime.readers = make_sessions(engine, readonly=True)  # type: ignore[arg-type]
    object.__setattr__(runtime.settings, "public_url", "http://127.0.0.1")
    return TheLine(runtime, network, clock)


def _door(app: Flask, oda: Browser) -> None:
    def sign_in() -> Response:
        response = redirect(request.args["to"])
        assert isinstance(response, Response)
        response.set_cookie("line", oda.token or "", httponly=True)
        response.set_cookie("theme", request.args["theme"])
        return response

    app.add_url_rule("/_in", "_in", sign_in)


def _look(page: Page, where: str, path: str, theme: str, name: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{where}/_in?to={path}&theme={theme}")
    page.wait_for_timeout(150)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    slug = re.sub(r"[0-9a-f]{32}", "one", path).strip("/").replace("/", "-").replace("?", "-") or "first"
    page.screenshot(path=OUT / f"{slug}.{name}.{theme}.png", full_page=True)
    for words in said:
        print(f"{path} ({name}, {theme}): {words}")
    if wide > 0:
        print(f"{path} ({name}, {theme}): {wide} px too wide")


def main(paths: list[str]) -> None:
    """Take the pictures ("@ana" in a path is her id); print what the browser complained of, and what does not fit."""
    OUT.mkdir(exist_ok=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served() as (where, ana), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, width in WIDTHS.items():
            for theme in ("light", "dark"):
                context = chromium.new_context(viewport={"width": width, "height": 800})
                for path in paths:
                    page = context.new_page()
                    _look(page, where, path.replace("@ana", ana), theme, name)
                    page.close()
                context.close()
        chromium.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(ALWAYS))
