"""Vee signs in by the link that is texted to her phone, takes a talk, and it is over when she says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visits
from tests.browser.desk import Desk, Phone
from tests.journeys.house import House

pytestmark = pytest.mark.processes

ZONES = ("America/New_York", "Europe/Berlin", "Asia/Tokyo", "Pacific/Honolulu")


@pytest.fixture
def vee(desk: Desk, house: House) -> Iterator[tuple[Phone, str]]:
    """Vee volunteers, at any hour, where it is day: a page texts nobody at night. Her phone, its number."""
    phone, number = desk.another("Vee-Pam")
    now = house.look(lambda uow: uow.now)
    zone = next(zone for zone in ZONES if 9 <= now.astimezone(ZoneInfo(zone)).hour < 20)
    house.command("volunteers", "add", "--name", "Vee-Pam", "--phone", number, "--always", "--zone", zone)
    yield phone, number
    house.command("volunteers", "remove", "Vee-Pam", "--yes")


def test_a_volunteer_signs_in_by_the_texted_link_and_texts_with_ana(
    desk: Desk, vee: tuple[Phone, str], visits: Visits, house: House
) -> None:
    phone, number = vee
    page = visits.open(360)
    page.goto(f"http://localhost:{house.environ['PORT']}/volunteer/")
    page.get_by_label("Your phone").fill(number)
    page.get_by_role("button", name="Text me a link").click()
    expect(page.get_by_role("status").first).to_contain_text("a link is on its way")
    link = re.search(r"https?://\S+/volunteer/in/\S+", phone.reads("/volunteer/in/"))
    assert link is not None
    page.goto(link[0])
    page.get_by_role("button", name="Yes, open my page").click()
    expect(page.get_by_text("You're on duty")).to_be_visible()

    ana, anas_number = desk.another("Ana-Pia")
    ana.texts("PEER")
    page.get_by_role("button", name="I'll take it").click()  # the page brings itself up to date
    page.get_by_label("Message", exact=True).fill("Hello, I am here.")
    page.get_by_role("button", name="Send", exact=True).click()
    ana.reads("Hello, I am here.")
    ana.texts("it was a long week")
    expect(page.get_by_role("list", name="Messages")).to_contain_text("it was a long week")
    assert anas_number not in page.content()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_text("How are you doing after that?").first).to_be_visible()

    page.goto(link[0])
    expect(page.get_by_role("heading")).to_contain_text("already used")
