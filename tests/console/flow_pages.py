"""What Oda does on the flows' pages, for their tests."""

from __future__ import annotations

import re
from html import unescape

from checkin.queries import definitions, drafts
from tests.console.browser import Browser, Shown
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER
from tests.the_line import TheLine

FLOW = "/console/flows/check_in"
TOLD = CHECK_IN.replace(OFFER, OTHER)
BROKEN = CHECK_IN.replace("on_error: ", "on_eror: ", 1)


def live(line: TheLine) -> str:
    return line.runtime.read(definitions.live)["check_in"].hash


def kept(line: TheLine) -> str | None:
    draft = line.runtime.read(lambda session: drafts.of(session, "check_in"))
    return draft.source if draft else None


def writes(browser: Browser, text: str, revision: int = 0) -> Shown:
    return browser.sends(f"{FLOW}/edit", source=text, revision=revision)


def goes_live(browser: Browser, **more: object) -> Shown:
    page = browser.opens(f"{FLOW}/publish")
    seen, revision = page.form_field("seen"), page.form_field("revision")
    return browser.sends(f"{FLOW}/publish", seen=seen, revision=revision, **more)


def area(shown: Shown) -> str:
    """What stands in the editor."""
    found = re.search(r'<textarea id="source"[^>]*>\n?(.*?)</textarea>', shown.html, re.S)
    assert found
    return unescape(found[1]).replace("\r\n", "\n")
