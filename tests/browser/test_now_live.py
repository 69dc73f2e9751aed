"""Now, open on a desk: danger comes in by itself, is heard once, counted, answered, and closed only as it was seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import WITHIN, Visits
from tests.console.served import Served

pytestmark = pytest.mark.processes

SOMEBODY, ANOTHER = "+15555550171", "+15555550172"
FIRST, SECOND = "i want to die, do you hear", "i have the pills here. i want to die"


@pytest.fixture
def now(site: Served, visits: Visits) -> Page:
    """A lead looks at Now, and has the sound on."""
    page = visits.open()
    page.goto(site.sign_in("lead", "/console/"))
    page.get_by_role("button", name="Turn sound on").click()
    return page


def test_danger_comes_in_is_counted_and_closed_as_it_was_seen(site: Served, now: Page) -> None:
    before = re.match(r"\((\d+)\) ", now.title())
    assert before is not None
    more = int(before[1]) + 1
    site.line.clock.forward(seconds=5)
    site.line.answers(SOMEBODY, FIRST)
    alias = site.line.contact(SOMEBODY).alias
    row = now.locator(".alert", has_text=alias)
    expect(row).to_contain_text(FIRST, timeout=WITHIN)
    expect(now.locator(".alert").first).to_contain_text(alias)
    expect(now.locator("#heard")).to_have_text(f"{more} alerts")
    assert now.title().startswith(f"({more}) ")

    now.evaluate("document.getElementById('heard').textContent = ''")
    site.line.clock.forward(seconds=5)
    site.line.answers(SOMEBODY, SECOND)
    expect(row).to_contain_text(SECOND, timeout=WITHIN)
    expect(row).to_contain_text("2 times")
    expect(now.locator("#heard")).to_have_text(f"{more} alerts")
    assert row.count() == 1, "it is the same one"

    row.get_by_role("button", name="Mark as seen").click()
    expect(now.get_by_role("status")).to_have_text("Alert closed.")
    expect(row).to_have_count(0)


def test_one_press_leads_to_the_answer_and_to_the_call(site: Served, now: Page) -> None:
    site.line.answers(ANOTHER, FIRST)
    row = now.locator(".alert", has_text=site.line.contact(ANOTHER).alias)
    row.get_by_role("button", name="Answer").click(timeout=WITHIN)
    now.get_by_label("Answer as the line").fill("I am here. Are you safe right now?")
    now.get_by_role("button", name="Send", exact=True).click()
    expect(now.get_by_role("status")).to_contain_text("on its way")
    now.goto(f"{site.url}/console/")
    row.get_by_role("button", name="Call").click()
    expect(now).to_have_url(f"{now.url.split('#')[0]}#call")
    expect(now.get_by_role("heading", name="Call them")).to_be_in_viewport()
