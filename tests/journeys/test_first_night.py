"""The main job through the real processes: text, story, peer, follow-up, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.house import House
from tests.phones import Phone

pytestmark = pytest.mark.processes

Take = Callable[..., Phone]


@pytest.fixture
def vee(house: House, phone: Take) -> Iterator[Phone]:
    """Vee volunteers, always on shift, with a phone of her own."""
    vee = phone("Vee")
    number = house.network.get(f"/phones/{vee.id}")["number"]
    house.command("volunteers", "add", "--name", "Vee", "--phone", number, "--always")
    yield vee
    house.command("volunteers", "remove", "Vee", "--yes")


def test_ana_texts_and_is_answered_at_once(phone: Take) -> None:
    ana = phone("Ana")
    ana.texts("hi")
    assert "988" in ana.reads("Harbor Line")


def test_two_texts_at_once_are_both_answered(phone: Take) -> None:
    ana = phone("Ana")
    ana.texts("hi")
    ana.reads()
    ana.texts_at_once("HELP", "MENU")
    assert ana.reads()
    assert ana.reads()


def test_ben_hears_a_story_by_phone_and_thanks_its_teller(phone: Take) -> None:
    ben = phone("Ben")
    ben.calls()
    ben.hears("Harbor Line")
    ben.presses("2")
    ben.hears("press")
    ben.presses("1")
    sound = ben.hears_sound()
    assert "/media/stories/" in sound["url"]
    assert sound["seconds"] > 5
    ben.presses("3")
    ben.hears()
    ben.hangs_up()


def test_a_forged_number_hears_what_a_stranger_hears(phone: Take) -> None:
    ana, rex = phone("Ana"), phone("Rex")
    ana.texts("hola")
    ana.reads()
    ana.texts("9")
    ana.reads()
    ana.calls()
    ana.hears("Hola")
    ana.hangs_up()
    rex.calls(shows=ana.id)
    rex.hears("Hello, and welcome")
    for key in "351":
        rex.presses(key)
    rex.hears("Reply YES to that text")
    rex.hangs_up()
    ana.reads("If that was you, reply YES")
    ana.texts("yes")
    assert ana.reads()


def test_ana_reads_a_story_in_parts(phone: Take) -> None:
    ana = phone("Ana")
    ana.texts("STORY")
    ana.reads()
    ana.texts("1")
    assert len(ana.reads()) > 80


def test_ben_is_joined_with_vee_and_neither_sees_a_number(house: House, vee: Phone, phone: Take) -> None:
    ben = phone("Ben")
    ben.takes_time()
    ben.calls()
    ben.presses("1")
    ring = vee.rings(within=15)
    assert ring["from"] == house.network.line
    vee.answers()
    vee.hears("1")
    vee.presses("1")
    ben.is_talking_with(vee, within=15)
    ben.hangs_up()
    vee.is_off_the_phone(within=10)
    assert house.network.refusals() == []


def test_ana_and_vee_text_under_aliases(house: House, vee: Phone, phone: Take) -> None:
    ana = phone("Ana")
    ana.texts("PEER")
    asked = vee.reads("TAKE", within=15)
    number = re.search(r"TAKE (\d+)", asked)
    assert number is not None
    assert "+1555" not in asked
    vee.texts(f"TAKE {number[1]}")
    ana.reads(within=15)
    ana.texts("it was a long day")
    assert "it was a long day" in vee.reads("long day", within=15)
    vee.texts("I am glad you wrote")
    assert "+1555" not in ana.reads("glad you wrote", within=15)
    vee.texts("DONE")
    ana.reads(within=15)


def test_a_follow_up_arrives_when_the_clock_has_moved_on(house: House, phone: Take) -> None:
    ana = phone("Ana")
    ana.texts("CHECKIN")
    ana.reads("1")
    ana.texts("5")
    ana.reads()
    ana.texts("yes")
    ana.reads()
    house.wait_for_the_promise_to(ana)
    assert ana.reads(within=30)
    ana.texts("4")
    assert ana.reads()


def test_the_logs_know_nobody(house: House) -> None:
    logs = house.logs()
    assert not re.search(r"\+15555550[2-9]\d\d", logs), "no contact's number"
    assert "long day" not in logs


def test_nothing_went_wrong_unseen(house: House) -> None:
    logs = house.logs()
    assert "webhook_failed" not in logs
    assert "outbox_row_failed" not in logs
