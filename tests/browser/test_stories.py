"""A story before its reviewer in a real browser: played by keys, trimmed by ear, and nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.console.served import Served
from tests.console.stories import waits

pytestmark = pytest.mark.processes


@pytest.fixture
def page(site: Served, visits: Visits) -> Page:
    """The page of a story of four seconds, as a reviewer opens it."""
    page = visits.open()
    page.goto(site.sign_in("reviewer", f"/console/stories/review/{waits(site.line)}"))
    expect(page.locator("#play")).to_be_visible()
    until(page, "audio.readyState > 0")
    return page


def until(page: Page, so: str) -> None:
    """Wait for something that only the browser knows. Playwright's own way of waiting is forbidden by our policy."""
    for _ in range(300):
        if page.evaluate(so):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"it did not come to this: {so}")


def at(page: Page) -> float:
    return float(page.evaluate("audio.currentTime"))


def paused(page: Page) -> bool:
    return bool(page.evaluate("audio.paused"))


def goes_to(page: Page, second: float) -> None:
    page.locator("#position").fill(str(second))
    until(page, "!audio.seeking")


def test_keys_play_skip_and_change_the_speed(page: Page) -> None:
    page.locator("#player").focus()
    page.keyboard.press("ArrowRight")
    assert at(page) == 4
    page.keyboard.press("ArrowLeft")
    assert at(page) == 0
    page.keyboard.press("ArrowUp")
    assert page.evaluate("audio.playbackRate") == 1.25
    page.keyboard.press(" ")
    until(page, "audio.currentTime > 0.2")
    expect(page.locator("#play")).to_have_text("Pause")
    page.keyboard.press(" ")
    assert paused(page)


def test_whoever_types_plays_and_pauses_with_escape_and_writes_every_letter(page: Page) -> None:
    page.locator("#f-words").fill("")
    page.keyboard.press("Escape")
    until(page, "!audio.paused")
    page.keyboard.type("k j l i o ")
    assert not paused(page)
    page.keyboard.press("Escape")
    assert paused(page)
    assert page.input_value("#f-words") == "k j l i o "
    assert page.input_value("#f-head") == "0", "letters are keys in the player alone"


def test_it_is_trimmed_where_it_is_heard_and_nothing_typed_is_lost(page: Page) -> None:
    goes_to(page, 1)
    page.locator("#player").focus()
    page.keyboard.press("i")
    goes_to(page, 3.5)
    page.get_by_role("button", name="End here").click()
    assert (page.input_value("#f-head"), page.input_value("#f-tail")) == ("1.0", "0.5")
    assert float(page.get_attribute("#cut-head", "width") or 0) == pytest.approx(480 / 4, abs=3)
    page.locator("#f-words").fill("What I hear.")
    page.check("#a-hope-no")
    page.get_by_role("button", name="Trim", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Trimmed: 0:03 left.")
    assert page.input_value("#f-words") == "What I hear."
    assert page.is_checked("#a-hope-no")


def test_an_address_that_is_too_old_is_followed_by_another(site: Served, page: Page) -> None:
    before = page.evaluate("audio.src")
    site.line.clock.forward(minutes=6)
    page.evaluate("audio.src += '&kept=not'")  # the same address, and nothing of it in the browser's memory
    until(page, f"!audio.src.startsWith({before!r}) && audio.readyState > 0")
    expect(page.locator("#stuck")).to_be_hidden()


def test_what_a_yes_asks_for_is_shown_beside_it(page: Page) -> None:
    advice = page.get_by_text("A lead is told and looks in on them first.")
    expect(advice).to_be_hidden()
    page.check("#a-crisis-yes")
    expect(advice).to_be_visible()
