"""Oda breaks a flow and is told where, mends it and its conversations, the first by hand and the rest with a click; Ana
reads the new words, until Oda goes back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from checkin.publishing.live_flows import LOOK_EVERY
from tests.browser.desk import Desk
from tests.make import FLOWS

pytestmark = pytest.mark.processes

TEXT = (FLOWS / "check_in.yaml").read_text(encoding="utf-8")
OLD = "How are you today, from 1, very low, to 5, very good?"
NEW = "On a scale from 1 to 5, how is today going?"
BROKEN = TEXT.replace("on_error: ", "on_eror: ", 1)


def test_a_flow_is_broken_mended_published_and_brought_back(desk: Desk, oda: Callable[..., Page]) -> None:
    page = oda("/console/flows/check_in/edit")
    writes(page, BROKEN)
    findings = page.locator("#findings")
    expect(findings).to_contain_text("can't be published yet")
    expect(findings).to_contain_text("on_eror")
    page.keyboard.press("Control+Home")
    expect(page.locator(".ace_gutter-cell.ace_error").first).to_be_visible()

    writes(page, TEXT.replace(OLD, NEW))
    expect(findings).to_contain_text("No errors.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#state")).to_contain_text("Saved.")
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_text(NEW).first).to_be_visible()
    is_refused(page)
    mends(page, "check_in")
    page.get_by_role("link", name="Publish", exact=True).click()
    is_refused(page)
    expect(page.locator(".was-is ins").first).to_have_text(NEW)
    page.get_by_role("button", name="Use the new words in").click()
    expect(page.get_by_role("status").first).to_contain_text("the new words. Look them over, then publish.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("status").first).to_contain_text("It's live", timeout=60_000)
    expect(page.get_by_role("status").first).to_contain_text("Published with the test conversations of main_menu.")
    ana, _number = desk.another("Ana-Zoe")
    time.sleep(LOOK_EVERY.total_seconds())  # so long it may take until every process has seen it
    ana.texts("CHECKIN")
    ana.reads(NEW)

    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("row").filter(has_text="from the files").get_by_role("link").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Make it live again").click()
    expect(page.get_by_role("status").first).to_be_visible()
    time.sleep(LOOK_EVERY.total_seconds())
    eve, _number = desk.another("Eve")
    eve.texts("CHECKIN")
    eve.reads(OLD)


def writes(page: Page, text: str) -> None:
    """Put this into the editor, in place of what is there."""
    page.locator(".ace_text-input").focus()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)
    assert page.locator("#source").input_value().strip() == text.strip()


def is_refused(page: Page) -> None:
    """She would publish, and is told what doesn't go as the conversations say."""
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not published", timeout=60_000)


def mends(page: Page, flow: str) -> None:
    """She goes to the line that she was told, and writes what the flow says now."""
    told = page.get_by_role("link", name=f"conversations of {flow}, line")
    page.locator(".was-is summary").first.click()
    told.first.click()
    expect(page.locator(".ace_gutter-cell.ace_error").first).to_be_visible()
    text = (FLOWS / "transcripts" / f"{flow}.test.yaml").read_text(encoding="utf-8")
    writes(page, text.replace(OLD, NEW).replace("How are you today", "how is today going"))
    expect(page.locator("#state")).to_contain_text("Not saved yet.", timeout=20_000)
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#state")).to_contain_text("Saved.")
