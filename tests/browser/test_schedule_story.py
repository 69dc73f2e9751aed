"""Oda moves one time of Sam's shift with keys alone, leaves it where it was, and drags it to another day."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from checkin.volunteers.models import Shift
from tests.browser.conftest import Visits
from tests.console.served import Served

pytestmark = pytest.mark.processes

WEEK = "/console/schedule/?week=2026-03-09"


def test_one_time_of_a_shift_is_moved_with_keys_and_by_dragging(site: Served, visits: Visits) -> None:
    page = visits.open()
    page.goto(site.sign_in("lead", WEEK.replace("?", "%3F")))
    tuesday = turn(page, "2026-03-10")
    expect(tuesday).to_contain_text("Sam")
    tuesday.get_by_role("link").focus()
    for key in ("m", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#moving")).to_have_text("Wed, 11 Mar, 17:15")
    page.keyboard.press("Escape")
    expect(page.locator("#moving")).to_have_text("Not moved.")

    for key in ("m", "ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("status").first).to_have_text("Moved to Mon, 9 Mar, 16:45.")
    monday = turn(page, "2026-03-09")
    expect(monday).to_contain_text("16:45–19:45")

    drag(page, monday, "2026-03-13", hour=10)
    expect(page.get_by_role("status").first).to_have_text("Moved to Fri, 13 Mar, 10:00.")
    expect(turn(page, "2026-03-13")).to_contain_text("10:00–13:00")
    expect(turn(page, "2026-03-11")).to_contain_text("17:00–20:00")
    assert site.line.runtime.read(lambda session: session.query(Shift).filter_by(rule="").count()) == 1


def test_the_same_is_done_by_a_form_without_scripts(site: Served, visits: Visits) -> None:
    page = visits.open(360, java_script_enabled=False)
    page.goto(site.sign_in("lead", WEEK.replace("09", "23").replace("?", "%3F")))
    page.locator(".day[data-day='2026-03-24']").get_by_role("link", name="Sam").click()
    page.get_by_label("New day").fill("2026-03-26")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("Moved to Thu, 26 Mar, 17:00.")
    expect(page.locator(".day[data-day='2026-03-26']")).to_contain_text("Sam")


def turn(page: Page, day: str) -> Locator:
    """Sam's time on shift on this day."""
    return page.locator(f".day[data-day='{day}'] .turn").filter(has_text="Sam")


def drag(page: Page, what: Locator, day: str, hour: int) -> None:
    """Take it at its upper edge and let it go on another day."""
    column = page.locator(f".day[data-day='{day}'] .turns")
    column.scroll_into_view_if_needed()
    page.mouse.wheel(0, 0)
    box, into = what.bounding_box(), column.bounding_box()
    assert box
    assert into
    height = into["height"] * hour / 24
    page.mouse.move(box["x"] + 10, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(into["x"] + 15, into["y"] + height, steps=5)
    page.mouse.move(into["x"] + 16, into["y"] + height + 2)
    page.mouse.up()
