"""Two people and the line, on three phones in one browser: Ben calls, Vee answers, they are joined; then by text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.browser.desk import Desk, Phone
from tests.journeys.house import House

pytestmark = pytest.mark.processes


@pytest.fixture
def vee(desk: Desk, house: House) -> Iterator[Phone]:
    """Vee volunteers, at any hour."""
    phone, number = desk.another("Vee-Ann")
    house.command("volunteers", "add", "--name", "Vee-Ann", "--phone", number, "--always")
    yield phone
    house.command("volunteers", "remove", "Vee-Ann", "--yes")


def test_ben_and_vee_are_joined_and_then_ana_by_text(desk: Desk, vee: Phone, house: House) -> None:
    ben, bens_number = desk.another("Ben-Joe")
    ben.does("Call the line")
    ben.hears("Harbor Line")
    ben.does("1")
    vee.stands("Ringing")
    vee.does("Answer")
    vee.hears(re.compile("press 1", re.I))
    vee.does("1")
    ben.stands("Connected with Vee-Ann")
    vee.stands("Connected with Ben-Joe")
    ben.does("Hang up")
    vee.stands("Ready")
    assert bens_number not in vee.at.inner_text()

    vee.texts("ON")
    vee.reads("on duty")
    ana, anas_number = desk.another("Ana-Bea")
    ana.texts("PEER")
    asked = re.search(r"TAKE (\d+)", vee.reads(re.compile(r"TAKE \d+")))
    assert asked is not None
    vee.texts(asked[0])
    ana.reads(re.compile("here|peer", re.I))
    ana.texts("it was a long day")
    vee.reads("it was a long day")
    vee.texts("I am glad you wrote")
    ana.reads("I am glad you wrote")
    vee.texts("DONE")
    assert anas_number not in vee.at.inner_text()
    assert house.network.refusals() == []
