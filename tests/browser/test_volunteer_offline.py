"""Vee is in a tunnel: the page says so, what she wrote is kept, and nothing is sent twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visits
from tests.browser.test_every_page import faults
from tests.cast import VEE
from tests.console.served import Served

pytestmark = pytest.mark.processes

SOMEBODY = "+15555550161"
ARRIVES = """async () => {
  const form = document.querySelector("form.write");
  await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
}"""
"""What she sends arrives, and she never hears of it."""

WORDS = "It is all right to be tired."


@pytest.fixture
def vee(site: Served, visits: Visits) -> Page:
    """Vee, on her phone, in a talk."""
    for _ in range(8):  # the calls of those who were here before are over
        site.line.clock.forward(seconds=30)
        site.line.carries_out()
    site.line.answers(SOMEBODY, "PEER")
    site.line.carries_out()
    page = visits.open(360)
    page.goto(site.sign_in("volunteer", "/volunteer/"))
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.get_by_role("button", name="I'll take it").first.click()
    page.get_by_label("Message", exact=True).wait_for()
    return page


def said(site: Served) -> int:
    site.line.carries_out()
    return site.line.sent_to(SOMEBODY).count(f"Peer: {WORDS}")


def test_what_is_written_without_connection_is_kept_and_sent_once(site: Served, vee: Page) -> None:
    assert VEE not in vee.content()
    assert faults(vee) == []
    talk = vee.url
    field = vee.get_by_label("Message", exact=True)
    field.press_sequentially(WORDS)
    vee.context.set_offline(True)
    vee.get_by_role("button", name="Send").click()
    vee.get_by_role("heading", name="No connection").wait_for()
    assert said(site) == 0
    vee.context.set_offline(False)  # the page notices it, and goes back by itself
    field.wait_for()
    assert vee.url == talk
    assert field.input_value() == WORDS, "it is still in its field"
    vee.get_by_role("button", name="Send").click()
    vee.locator("#thread .ours", has_text=WORDS).wait_for()
    assert field.input_value() == ""
    assert said(site) == 1
    _an_answer_that_got_lost(site, vee)


def _an_answer_that_got_lost(site: Served, vee: Page) -> None:
    """It arrived, but the phone never heard so: sending it again is not a second text."""
    field = vee.get_by_label("Message", exact=True)
    field.press_sequentially("Are you there?")
    form = vee.locator("form.write input[name=form]").input_value()
    vee.evaluate(ARRIVES)
    vee.context.set_offline(True)
    vee.get_by_role("button", name="Send").click()
    vee.get_by_role("heading", name="No connection").wait_for()
    vee.context.set_offline(False)
    field.wait_for()
    assert field.input_value() == "Are you there?"
    assert vee.locator("form.write input[name=form]").input_value() == form
    vee.get_by_role("button", name="Send").click()
    vee.wait_for_url(f"**sent={form}*")
    site.line.carries_out()
    assert site.line.sent_to(SOMEBODY).count("Peer: Are you there?") == 1
