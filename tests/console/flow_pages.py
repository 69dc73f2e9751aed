"""What Oda does on the flows' pages, for their tests."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

from checkin.publishing import definitions, draft_queries
from tests import make
from tests.console.browser import Browser, Shown
from tests.make import FLOWS
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER
from tests.the_line import TheLine

FLOW = "/console/flows/check_in"
TOLD = CHECK_IN.replace(OFFER, OTHER)
MADE_OF, ASKED = "talk with a peer now", "How are you today"
"""Of the offer and of the question: what the conversations look for."""

BROKEN = CHECK_IN.replace("on_error: ", "on_eror: ", 1)


def has_few_conversations(line: TheLine, folder: Path) -> None:
    """Of all that are shipped it takes a second to play them, each time that somebody publishes."""
    flows = make.flows_with(folder, "check_in", "main_menu", "leave_message", "tip")
    make.put(line.runtime, settings=line.runtime.settings.model_copy(update={"flows": flows}))


def live(line: TheLine) -> str:
    return line.runtime.read(definitions.live)["check_in"].hash


def kept(line: TheLine) -> str | None:
    draft = line.runtime.read(lambda session: draft_queries.of(session, "check_in"))
    return draft.source if draft else None


def writes(browser: Browser, text: str, revision: int = 0) -> Shown:
    return browser.sends(f"{FLOW}/edit", source=text, revision=revision)


def says(flow: str, offer: str = OTHER, asked: str = ASKED) -> str:
    """The conversations of a flow as their file has them, with other words for what the check-in offers and asks."""
    text = (FLOWS / "transcripts" / f"{flow}.test.yaml").read_text(encoding="utf-8")
    return text.replace(MADE_OF, offer).replace(ASKED, asked)


def mends(browser: Browser, text: str | None = None, flow: str = "check_in") -> None:
    """The conversations of a flow say what it says from now on: the other offer, unless another text is given."""
    page = browser.opens(f"/console/flows/{flow}/tests/edit")
    source, revision = text or says(flow), page.form_field("revision")
    kept = browser.sends(f"/console/flows/{flow}/tests/edit", source=source, revision=revision)
    assert kept.status == 200, kept.words


def goes_live(browser: Browser, **more: object) -> Shown:
    page = browser.opens(f"{FLOW}/publish")
    return browser.sends(f"{FLOW}/publish", **looked_at(page, **more))


def looked_at(page: Shown, **more: object) -> dict[str, object]:
    """What a page of publishing was made from, and more that is sent with it."""
    return {name: page.form_field(name) for name in ("seen", "revision", "talks")} | more


def area(shown: Shown) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea id="source"[^>]*>\n?(.*?)</textarea>', shown.html, re.S)
    assert found
    return unescape(found[1]).replace("\r\n", "\n")
