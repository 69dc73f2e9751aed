"""Ana leaves a message from a phone in the browser; Oda claims it, answers with a sentence that is there, closes it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import EMAIL, PASSWORD, Visits
from tests.browser.desk import Desk, Phone
from tests.journeys.house import House

pytestmark = pytest.mark.processes

SENDS = re.compile("^Send( it now)?$")
"""At night there are two buttons, and one of them waits for the morning."""

SEEN = """button => { const how = getComputedStyle(button);
    return button.matches(':focus-visible') && (how.outlineStyle !== 'none' || how.boxShadow !== 'none'); }"""


def leaves_a_message(ana: Phone, words: str) -> None:
    """Text the line, choose to leave a message, and write it."""
    ana.texts("hello")
    ana.reads("leave a message")
    ana.texts("4")
    ana.reads("then DONE")
    ana.texts(words)
    ana.reads("DONE when that's all")
    ana.texts("DONE")
    ana.reads("We have your message")


def test_a_text_is_answered_from_the_inbox(desk: Desk, oda: Callable[..., Page]) -> None:
    ana, number = desk.another("Ana-Lu")
    leaves_a_message(ana, "When does the group meet?")
    page = oda("/console/inbox/")
    waiting = page.get_by_role("listitem").filter(has_text="When does the group meet?")
    waiting.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("status")).to_contain_text("is yours")
    field = page.get_by_label("Answer as the line")
    field.fill("On Tuesdays at seven.")
    page.get_by_role("button", name="Thank you for your message").click()
    expect(field).to_have_value(re.compile("^On Tuesdays at seven[.] Thank you for .*get back to you today"))
    field.fill("")
    page.get_by_role("button", name="Thank you for your message").click()
    ready = page.locator("button.canned")
    ready.last.click()
    expect(field).to_have_value(ready.last.get_attribute("data-words") or "no words")  # in place of the one before
    field.fill("")
    page.get_by_role("button", name="Thank you for your message").click()
    expect(field).to_have_value(re.compile("^Thank you.*get back to you today"))
    page.get_by_role("button", name=SENDS).click()
    expect(page.get_by_role("status")).to_contain_text("on its way")
    ana.reads("Someone will get back to you today.")
    page.get_by_label("Reason").select_option("answered")
    page.get_by_role("button", name="Close case").click()
    expect(page.locator("main")).to_contain_text("closed")
    assert number not in page.content()


def test_oda_signs_in_and_claims_with_keys_alone(
    desk: Desk, oda: Callable[..., Page], visits: Visits, house: House
) -> None:
    oda()  # her account is there
    ana, _number = desk.another("Ana-Mae")
    leaves_a_message(ana, "I would like to talk some day.")
    page = visits.open(360)
    page.goto(f"http://localhost:{house.environ['PORT']}/console/inbox/")
    page.get_by_role("heading", name="Sign in").wait_for()
    tabs_to(page, "f-email")
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
    page.keyboard.press("Tab")
    assert focused(page, "textContent") == "Skip to content"
    page.keyboard.press("Enter")
    case = page.get_by_role("listitem").filter(has_text="I would like to talk some day.")
    claim = case.get_by_role("button", name="Claim")
    for _ in range(60):
        page.keyboard.press("Tab")
        if claim.evaluate("button => button === document.activeElement"):
            break
    assert claim.evaluate(SEEN), "one sees where one is"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("is yours")


def tabs_to(page: Page, id_: str) -> None:
    """Press Tab until this field has the focus."""
    for _ in range(30):
        if focused(page, "id") == id_:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {id_} by keys")


def focused(page: Page, what: str) -> str:
    """Something of what has the focus."""
    return str(page.evaluate(f"document.activeElement.{what}"))
