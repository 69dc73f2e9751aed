"""The line itself on the practice network: a lead as a third, calling back, the warning before the end, a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from checkin.volunteers.models import Volunteer
from tests import make
from tests.cast import ANA, BEN, ODA, VEE
from tests.phones import Phone
from tests.practice.a_house import AHouse
from tests.services.test_pictures import photo

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AHouse]:
    with AHouse(tmp_path_factory.mktemp("house")) as house:
        house.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
        house.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))
        yield house


@pytest.fixture
def vee(house: AHouse) -> Iterator[Phone]:
    """Vee's phone; she is rested at once, and off the phone in the end."""
    house.runtime.do(lambda uow: uow.session.query(Volunteer).update({"rest_until": None, "daily_limit": 50}))
    phone = house.network.phone(VEE, "Vee")
    yield phone
    phone.is_off_the_phone()
    house.runtime.do(lambda uow: uow.session.query(Volunteer).update({"rest_until": None}))


def ben_is_with_vee(house: AHouse, vee: Phone) -> Phone:
    ben = house.network.phone(BEN, "Ben")
    ben.calls()
    ben.presses("1")
    vee.rings()
    vee.answers()
    vee.hears("someone would like to talk")
    vee.presses("1")
    ben.is_talking_with(vee)
    return ben


def test_a_lead_joins_a_call_as_a_third_and_leaves_the_two_talking(house: AHouse, vee: Phone) -> None:
    oda = house.network.phone(ODA, "Oda")
    ben = ben_is_with_vee(house, vee)
    vee.texts("LEAD")
    vee.reads("a lead has been asked")
    assert oda.rings()["from"] == house.network.line
    oda.answers()
    oda.hears("Vee asks a lead to join")
    oda.presses("1")
    oda.is_talking_with(ben)
    vee.is_talking_with(oda)
    oda.says("hello, I am Oda")
    ben.hears("i am oda")
    oda.hangs_up()
    ben.is_talking_with(vee)
    ben.says("thank you both")
    vee.hears("thank you both")
    ben.hangs_up()
    assert house.network.refusals() == []


def test_both_hear_that_their_time_is_nearly_up(house: AHouse, vee: Phone) -> None:
    ben = ben_is_with_vee(house, vee)
    house.network.forward(minutes=55, seconds=5)
    house.does_what_is_due()
    assert "minutes" in ben.hears("this call ends in")
    vee.hears("this call ends in")
    ben.says("let us finish then")
    vee.hears("finish then")
    vee.hangs_up()
    ben.hears("thank you for talking with us")
    ben.hangs_up()
    assert house.network.refusals() == []


def test_vee_calls_ana_back_as_the_line(house: AHouse, vee: Phone) -> None:
    ana = house.network.phone(ANA, "Ana")
    for said, answer in (
        ("MESSAGE", "then DONE"), ("please ring me", "Got it"), ("DONE", "How may we reach you"),
        ("3", "short message"), ("no", "say our name"), ("yes", "stick to that"),
    ):  # fmt: skip
        ana.texts(said)
        ana.reads(answer)
    told = re.search(r"CLAIM (\d+)", vee.reads("CLAIM"))
    assert told is not None
    house.runtime.do(lambda uow: _always_by_day(uow))
    vee.texts(f"CALL {told[1]}")
    vee.reads("Your phone will ring")
    assert vee.rings()["from"] == house.network.line
    vee.answers()
    vee.hears("to call them now")
    vee.presses("1")
    assert ana.rings()["from"] == house.network.line
    ana.answers()
    ana.hears("this is Harbor Line")
    ana.presses("1")
    ana.is_talking_with(vee)
    ana.hangs_up()
    assert house.network.refusals() == []
    _a_machine_at_anas_gets_no_word_and_vee_is_told(house, vee, told[1])


def _a_machine_at_anas_gets_no_word_and_vee_is_told(house: AHouse, vee: Phone, case: str) -> None:
    ana = house.network.phone(ANA, "Ana", when_called="voicemail")
    vee.texts(f"CALL {case}")
    vee.rings()
    vee.answers()
    vee.presses("1")
    vee.reads("couldn't be connected", within=20)
    ana.is_off_the_phone(within=20)
    house.network.forward(seconds=5)
    house.does_what_is_due()
    vee.hears("couldn't be connected")
    house.network.phone(ANA, "Ana", when_called="ring")


def test_a_picture_crosses_as_a_link_of_ours(house: AHouse, vee: Phone) -> None:
    ana = house.network.phone(ANA, "Ana")
    ana.texts("PEER")
    told = re.search(r"TAKE (\d+)", vee.reads("TAKE"))
    assert told is not None
    vee.texts(f"TAKE {told[1]}")
    ana.reads("a peer is here")
    ana.texts("look", picture=photo())
    vee.reads("look")
    note = vee.reads("a picture")
    link = re.search(r"http\S+", note)
    assert link is not None
    seen = requests.get(link[0], timeout=5)
    assert (seen.status_code, seen.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"home" not in seen.content
    vee.texts("DONE")
    ana.reads("How was it?")
    assert house.network.refusals() == []


def _always_by_day(uow: object) -> None:
    """Wherever the clock of this test stands, it is noon where Ana is."""
    from checkin.contacts.models import Contact

    noon = 12 - uow.now.hour
    for contact in uow.session.query(Contact).all():
        contact.time_zone = f"Etc/GMT{-noon:+d}" if noon else "Etc/GMT"
