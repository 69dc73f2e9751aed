"""Debian's Chromium in front of the whole line: one house for a run, phones on its desk, and Oda signed in.

Nothing that a browser complains of goes by: not a script that failed, and nothing that the policy forbade.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.desk import Desk
from tests.console.served import Served, served
from tests.journeys.house import House

WITHIN = 15_000
"""Milliseconds that a browser waits for what is promised at once; the machine may be busy."""
EMAIL = "oda@example.org"
PASSWORD = "five quiet herons at dusk"
EXPECTED = re.compile("Failed to load resource: .*(status of 4|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED)")
"""What a browser writes about an answer of ours that says that something is not so."""


@dataclass
class Visits:
    """Browsers that were opened, and what they complained of."""

    chromium: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, width: int = 1280, **how: Any) -> Page:
        """A new browser, with nothing kept from before."""
        context = self.chromium.new_context(viewport={"width": width, "height": 800}, locale="en-US", **how)
        context.set_default_timeout(WITHIN)
        context.on("console", lambda said: self._complain(said.text) if said.type == "error" else None)
        context.on("weberror", lambda problem: self._complain(str(problem.error)))
        self.contexts.append(context)
        return context.new_page()

    def _complain(self, words: str) -> None:
        if not EXPECTED.match(words):
            self.complaints.append(words)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. A module's own: its loop must be over before another test starts one."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    """Open browsers with it; when the test ends, none of them has complained."""
    opened = Visits(chromium)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.complaints == []


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The whole line, as a stranger starts it. When it ends, no browser has reported anything to it."""
    state = Path(tempfile.mkdtemp(prefix="house-"))
    running = House.start(state, None)
    running.network.pace(patient=True)  # at 20 times the pace nobody could press a key in time
    yield running
    running.stop()
    logs = running.logs()
    shutil.rmtree(state, ignore_errors=True)
    assert "csp_report" not in logs
    assert "webhook_failed" not in logs


@pytest.fixture(scope="session")
def link(house: House) -> str:
    """Where Oda's account is set up, once."""
    said = house.command("organizers", "add", EMAIL, "--role", "lead")
    [found] = re.findall(r"https?://\S+/setup/\S+", said)
    return str(found)


@pytest.fixture(scope="session")
def kept() -> dict[str, Any]:
    """What Oda's browser kept when she set up her account, for all who need her signed in."""
    return {}


@pytest.fixture
def oda(visits: Visits, house: House, link: str, kept: dict[str, Any]) -> Callable[..., Page]:
    """oda(): a browser in which Oda is signed in, at her console. The first of them sets up her account."""

    def new(path: str = "/console", width: int = 1280) -> Page:
        if kept:
            page = visits.open(width, storage_state=kept)
        else:
            page = visits.open(width)
            page.goto(link)
            page.get_by_label("What the team calls you").fill("Oda")
            page.get_by_label("Password", exact=False).first.fill(PASSWORD)
            page.get_by_label("Repeat password").fill(PASSWORD)
            page.get_by_role("button", name="Get started").click()
            page.get_by_role("heading", name="Now").wait_for()
            kept.update(page.context.storage_state())
        page.goto(f"http://localhost:{house.environ['PORT']}{path}")
        return page

    return new


@pytest.fixture
def desk(visits: Visits, house: House) -> Desk:
    """The practice phones, in a browser."""
    page = visits.open()
    page.goto(f"{house.network.url}/practice")
    return Desk(page)


@pytest.fixture(scope="session")
def site() -> Iterator[Served]:
    """Every page, with people on it, served from this process."""
    with served() as running:
        yield running
