"""Every page of the matrix in a browser: axe finds nothing, light and dark; it fits a phone; nothing is forbidden."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from checkin.core import rate_limits
from tests.browser.conftest import Visits
from tests.browser.desk import Desk
from tests.console.served import Served

pytestmark = pytest.mark.processes

VENDOR = Path(__file__).with_name("vendor")
AXE = (VENDOR / "axe.min.js").read_text()
ALL: dict[str, Any] = {"resultTypes": ["violations"]}
OF_A_LOOK = ("color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable", "aria-hidden-focus")
LOOKS = ((1280, "light", ALL), (360, "dark", {**ALL, "runOnly": {"type": "rule", "values": OF_A_LOOK}}))
"""Everything at a desk, by day; then on a phone, by night, what depends on colors and room."""


@pytest.mark.long
def test_every_page_is_well_made(site: Served, visits: Visits) -> None:
    found: list[str] = []
    before = reports(site)
    page = visits.open()
    for role, path in site.pages():
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(site.sign_in(role, path))
        found += [f"{path} {what}" for what in faults(page)]
    assert not found, "\n".join(found)
    assert reports(site) == before


def test_the_practice_phones_are_well_made(desk: Desk) -> None:
    desk.phone("Val").stands("Ready")
    desk.page.get_by_text("What passes between").click()
    assert faults(desk.page) == []


def test_what_would_be_wrong_is_found(site: Served, visits: Visits) -> None:
    """The looking itself works: a label taken away, a line too wide, and a script that is forbidden are told of."""
    page = visits.open()
    page.goto(site.sign_in("lead", "/console/people/"))
    page.evaluate("document.querySelector('main label').replaceWith(document.createElement('input'))")
    page.evaluate(
        "document.querySelector('h1').className = 'wide'; document.querySelector('h1').style.width = '2000px'"
    )
    found = faults(page)
    assert any("label" in item for item in found)
    assert any("too wide" in item for item in found)
    before = reports(site)
    with page.expect_request("**/csp-report") as sent:
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {textContent: 'hers = 1'}))"
        )
    sent.value.response()
    assert reports(site) == before + 1
    assert visits.complaints
    visits.complaints.clear()


def test_axe_is_the_one_that_was_written_down() -> None:
    assert hashlib.sha256(AXE.encode()).hexdigest() in (VENDOR / "VENDORED.md").read_text()


def faults(page: Page) -> list[str]:
    """What is wrong with the page that is open, in both looks; one line each."""
    found: list[str] = []
    page.evaluate(AXE)
    for width, theme, rules in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{width} px: {wide} px too wide"] if wide > 0 else []
        run: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", rules)
        found += [f"{theme}: {_words(item)}" for item in run["violations"]]
    return found


def _words(violation: dict[str, Any]) -> str:
    where = ", ".join(str(node["target"][0]) for node in violation["nodes"][:4])
    return f"{violation['id']} ({violation['help']}) at {where}: {violation['nodes'][0]['failureSummary'][:300]}"


def reports(site: Served) -> int:
    """How often a browser told the line that the policy forbade something."""
    return site.line.runtime.look(lambda uow: rate_limits.so_far(uow, ("csp", "reports"))[0])
