"""A volunteer signs in by the link that is texted to their phone; whoever asks learns nothing of whom we know."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

import pytest

from checkin.accounts.rules import Role
from checkin.web.access_log import path_of
from tests import make
from tests.cast import REX, VEE
from tests.console.browser import BASE, Browser, Shown
from tests.console.volunteers.conftest import at_the_door
from tests.the_line import TheLine

ASK = "/volunteer/in"
Visits = Callable[[Role | None], Browser]


@pytest.fixture
def _vee_volunteers(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))


def link(line: TheLine) -> str:
    """The path of the link that Vee was texted last."""
    line.carries_out()
    found = re.search(rf"{BASE}(/volunteer/in/[\w-]+)", line.sent_to(VEE)[-1])
    assert found
    return found[1]


def seen(shown: Shown) -> tuple[int, str]:
    return shown.status, re.sub(r'value="[0-9a-f]+"|content="[0-9a-f]+"', "", shown.html)


@pytest.mark.usefixtures("_vee_volunteers")
def test_a_link_is_texted_and_works_once(line: TheLine, stranger: Browser, visits: Visits) -> None:
    shown = stranger.sends(ASK, phone="+1 555 555 0111")
    assert "If this is a volunteer's phone, a link is on its way" in shown.words
    path = link(line)
    assert "Yes, open my page" in stranger.opens(path).words
    assert "Yes, open my page" in stranger.opens(path).words, "looking uses nothing up: phones preview links"
    shown = stranger.sends(path)
    assert "You're on duty" in shown.words
    assert "Vee" in shown.words
    other = at_the_door(visits)
    assert "was already used" in other.opens(path).words
    assert other.sends(path).status == 422
    assert "For volunteers" in other.opens("/volunteer/").words, "nobody is signed in there"


@pytest.mark.usefixtures("_vee_volunteers")
def test_a_stranger_gets_the_very_same_answer_and_no_text(line: TheLine, visits: Visits) -> None:
    known, unknown = (at_the_door(visits).sends(ASK, phone=number) for number in (VEE, REX))
    assert seen(known) == seen(unknown)
    line.carries_out()
    assert line.sent_to(REX) == []
    assert len(line.sent_to(VEE)) == 1


@pytest.mark.usefixtures("_vee_volunteers")
def test_asking_again_and_again_texts_no_more_and_says_the_same(line: TheLine, stranger: Browser) -> None:
    first = stranger.sends(ASK, phone=VEE)
    for _ in range(5):
        assert seen(stranger.sends(ASK, phone=VEE)) == seen(first)
    line.carries_out()
    assert len(line.sent_to(VEE)) == 1
    line.clock.forward(minutes=61)
    stranger.sends(ASK, phone=VEE)
    line.carries_out()
    assert len(line.sent_to(VEE)) == 2


@pytest.mark.usefixtures("_vee_volunteers")
def test_one_place_cannot_try_many_numbers(line: TheLine, stranger: Browser) -> None:
    for last in range(20):
        stranger.sends(ASK, phone=f"+155555502{last:02}")
    assert "on its way" in stranger.sends(ASK, phone=VEE).words, "it says the same"
    line.carries_out()
    assert line.sent_to(VEE) == []


@pytest.mark.usefixtures("_vee_volunteers")
def test_a_link_is_good_for_a_quarter_of_an_hour_whatever_else_is_asked_for(
    line: TheLine, stranger: Browser, visits: Visits
) -> None:
    stranger.sends(ASK, phone=VEE)
    old = link(line)
    line.answers(VEE, "LINK")
    new = link(line)
    assert old != new
    line.clock.forward(minutes=14)
    assert "You're on duty" in stranger.sends(old).words
    assert "Yes, open my page" in at_the_door(visits).opens(new).words, "one that was used ends no other"
    line.clock.forward(minutes=1)
    assert "was already used or has expired" in at_the_door(visits).opens(new).words


@pytest.mark.usefixtures("_vee_volunteers")
@pytest.mark.parametrize("word", ["LINK", "page", "Enlace"])
def test_the_link_can_be_asked_for_by_text(line: TheLine, stranger: Browser, word: str) -> None:
    assert line.answers(VEE, word) == "", "the link is the answer"
    assert "You're on duty" in stranger.sends(link(line)).words


@pytest.mark.usefixtures("_vee_volunteers")
def test_links_by_text_have_a_limit_too(line: TheLine) -> None:
    said = [line.answers(VEE, "LINK") for _ in range(7)]
    assert said[:4] == [""] * 4
    assert "texts above" in said[4]
    assert said[5:] == ["", ""], "that there is enough is said once"
    line.carries_out()
    assert len(line.sent_to(VEE)) == 4


@pytest.mark.usefixtures("_vee_volunteers")
def test_no_number_and_no_link_stands_in_addresses_rows_or_logs(
    line: TheLine, stranger: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = stranger.sends(ASK, follow=False, phone=VEE)
        path = link(line)
        stranger.sends(path)
    token = path.rpartition("/")[2]
    assert "5555550111" not in (answer.response.location or "")
    assert token not in caplog.text
    assert "5550111" not in caplog.text
    assert token not in path_of(path), "the log of requests cuts it short"


@pytest.mark.usefixtures("_vee_volunteers")
def test_what_is_no_number_is_said_kindly(stranger: Browser) -> None:
    shown = stranger.sends(ASK, phone="hello")
    assert shown.status == 422
    assert "isn't a full phone number" in shown.words


def test_somebody_who_left_or_was_only_invited_gets_none(line: TheLine, stranger: Browser) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", state="invited"))
    stranger.sends(ASK, phone=VEE)
    line.carries_out()
    assert line.sent_to(VEE) == []


def test_a_day_without_doing_anything_or_a_week_ends_it(line: TheLine, vee: Browser) -> None:
    for _ in range(6):
        line.clock.forward(hours=23)
        assert "You're on duty" in vee.opens("/volunteer/").words
    line.clock.forward(hours=25)
    assert "For volunteers" in vee.opens("/volunteer/").words


def test_signing_out_is_for_good(vee: Browser) -> None:
    token = vee.token
    assert "signed out on this phone" in vee.sends("/volunteer/out").words
    assert token
    vee.hold(token)
    assert "For volunteers" in vee.opens("/volunteer/").words


def test_who_wanted_a_page_is_asked_in_first(stranger: Browser) -> None:
    asked = stranger.asks("/volunteer/shifts/")
    assert asked.status == 303
    assert (asked.response.location or "").startswith("/volunteer/in")


def test_the_name_of_the_line_alone_leads_volunteers_to_their_page(vee: Browser) -> None:
    assert "You're on duty" in vee.opens("/").words


def test_a_volunteer_opens_nothing_of_the_console(vee: Browser) -> None:
    assert vee.asks("/console/inbox/").status == 403
