"""Nobody locks an organizer or a volunteer out, and nobody makes the line text them at night or without end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask
from sqlalchemy import Engine

from checkin.accounts import page_sessions, sign_in, volunteer_links
from checkin.accounts.rules import Role
from checkin.core.rules.proxies import Proxies
from checkin.core.unit_of_work import UnitOfWork
from checkin.web.auth_views import SLOWLY
from tests import make
from tests.cast import VEE
from tests.console.browser import BASE, Browser, application, own_application
from tests.console.test_sign_in import ODA, WORDS, code, invited, sets_up, tries
from tests.the_line import TheLine

Visits = Callable[[Role | None], Browser]
ASK = "/volunteer/in"
NOW = "Waiting for a volunteer"
TOO_MANY = "Too many tries"


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is asked of the database here is asked in the matrix of both."""
    return sqlite_engine


@pytest.fixture
def rested(line: TheLine, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long anybody was made to wait."""
    waits: list[float] = []
    monkeypatch.setattr(application(line).extensions["site"], "rest", waits.append)
    return waits


@pytest.fixture
def oda(line: TheLine) -> tuple[Browser, str]:
    """Oda, who set up her account in this browser and signed out since; and her phone's secret."""
    browser = Browser(line, application(line))
    _shown, secret = sets_up(browser, invited(line))
    browser.sends("/signout")
    line.clock.forward(minutes=1)
    return browser, secret


def floods(line: TheLine, app: Flask, times: int, email: str = "nobody{}@example.org", **headers: str) -> None:
    """Rex tries and tries."""
    rex = Browser(line, app)
    rex.opens("/signin")
    for number in range(times):
        data = {"csrf": rex.cookies.csrf(rex.token or ""), "email": email.format(number), "password": "guess"}
        rex.client.post("/signin", base_url=BASE, data=data, headers=headers)


def test_sixty_tries_from_her_own_place_do_not_keep_her_out_of_her_browser(
    line: TheLine, oda: tuple[Browser, str], rested: list[float]
) -> None:
    browser, secret = oda
    floods(line, browser.app, 70)
    assert rested == [], "a stranger is refused, and holds nobody's thread"
    assert NOW in tries(browser, digits=code(line, secret)).words
    assert rested == [SLOWLY]


def test_a_browser_that_never_saw_her_waits_like_everybody(line: TheLine, oda: tuple[Browser, str]) -> None:
    _browser, secret = oda
    floods(line, application(line), 70)
    assert TOO_MANY in tries(Browser(line, application(line)), digits=code(line, secret)).words


def test_guessing_at_her_address_keeps_out_guessers_alone(line: TheLine, oda: tuple[Browser, str]) -> None:
    browser, secret = oda
    floods(line, browser.app, 8, email=ODA)
    assert TOO_MANY in tries(Browser(line, browser.app), digits=code(line, secret)).words
    assert NOW in tries(browser, digits=code(line, secret)).words


def test_guessing_in_her_browser_has_an_end_too(line: TheLine, oda: tuple[Browser, str]) -> None:
    browser, secret = oda
    for _ in range(sign_in.TRIES_OF_A_BROWSER):
        assert "isn't right" in tries(browser, password="guess after guess").words
    assert TOO_MANY in tries(browser, digits=code(line, secret)).words
    line.clock.forward(minutes=16)
    assert NOW in tries(browser, digits=code(line, secret)).words


def test_her_browser_is_nothing_to_anybody_else(line: TheLine, oda: tuple[Browser, str]) -> None:
    """Somebody else's address in her browser counts as in any; what it holds is no way in."""
    browser, _secret = oda
    for number in range(sign_in.TRIES_OF_AN_ADDRESS + 1):
        shown = tries(browser, email="val@example.org")
        assert (TOO_MANY in shown.words) == (number == sign_in.TRIES_OF_AN_ADDRESS)
    assert browser.asks("/console/").status == 303


def test_what_a_browser_holds_is_signed_for_one_person_and_ends() -> None:
    def work_at(days: int) -> UnitOfWork:
        return replace(make.make_uow(None), now=make.make_uow(None).now + page_sessions.KNOWN_FOR * days)  # type: ignore[arg-type]

    now, later = work_at(0), work_at(1)
    held = page_sessions.remember_device(now, "", "oda")
    assert page_sessions.known_device(now, held, "oda")
    assert page_sessions.known_device(now, held, "val") is None
    assert page_sessions.known_device(later, held, "oda") is None
    both = page_sessions.remember_device(now, held, "val")
    assert page_sessions.known_device(now, both, "oda") == page_sessions.known_device(now, held, "oda")
    assert page_sessions.known_device(
        now, page_sessions.remember_device(now, both, "oda"), "oda"
    ) != page_sessions.known_device(now, both, "oda")
    many = both
    for number in range(10):
        many = page_sessions.remember_device(now, many, f"person {number}")
    assert len(many) < 600
    made, _, mark = held.partition(".")
    for forged in (
        "",
        "~~~",
        "é",
        f"{made}.{'0' * 32}",
        f"fffffffff-x.{mark}",
        f"{made}.{mark}x",
        f"-.{mark}",
        "." * 600,
    ):
        assert page_sessions.known_device(now, forged, "oda") is None


def behind(line: TheLine, proxies: Proxies) -> Flask:
    """The line behind these proxies."""
    make.put(line.runtime, settings=line.runtime.settings.model_copy(update={"proxies": proxies}))
    return own_application(line)


def signs_in(line: TheLine, app: Flask, secret: str, **headers: str) -> str:
    """Oda signs in, in a browser that never saw her."""
    browser = Browser(line, app)
    browser.opens("/signin")
    data = {
        "csrf": browser.cookies.csrf(browser.token or ""), "email": ODA, "password": WORDS, "code": code(line, secret),
    }  # fmt: skip
    answered = browser.client.post("/signin", base_url=BASE, data=data, headers=headers)
    return answered.headers.get("Location", "") or (
        "locked out" if TOO_MANY in answered.get_data(as_text=True) else "no"
    )


@pytest.mark.parametrize("proxies", [Proxies(count=1), Proxies(networks=(ip_network("127.0.0.0/8"),))])
def test_behind_a_proxy_that_we_trust_each_place_counts_for_itself(
    line: TheLine, oda: tuple[Browser, str], proxies: Proxies
) -> None:
    app = behind(line, proxies)
    floods(line, app, 70, **{"X-Forwarded-For": "198.51.100.66"})
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "198.51.100.66"}) == "locked out"
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "192.0.2.1, 198.51.100.66"}) == "locked out", (
        "what a visitor writes into it before the proxy does is nobody's address"
    )
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "198.51.100.7"}) == "/console"


def test_without_one_nobody_chooses_their_own_place(line: TheLine, oda: tuple[Browser, str]) -> None:
    app = own_application(line)
    floods(line, app, 70, **{"X-Forwarded-For": "198.51.100.66"})
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "198.51.100.7"}) == "locked out"


def test_a_house_with_ipv6_is_one_place(line: TheLine, oda: tuple[Browser, str]) -> None:
    app = behind(line, Proxies(count=1))
    for part in range(7):
        floods(line, app, 10, **{"X-Forwarded-For": f"2001:db8:1:2::{part:x}"})
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "2001:db8:1:2::99"}) == "locked out"
    assert signs_in(line, app, oda[1], **{"X-Forwarded-For": "2001:db8:1:3::99"}) == "/console"


# Volunteers


@pytest.fixture
def _vee(line: TheLine) -> None:
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee", time_zone="America/New_York"))


def links(line: TheLine) -> list[str]:
    """The paths of the links that Vee was texted."""
    line.carries_out()
    return [found for text in line.sent_to(VEE) for found in re.findall(rf"{BASE}(/volunteer/in/[\w-]+)", text)]


def asks(line: TheLine, visits: Visits, times: int = 1) -> None:
    """Somebody writes Vee's number on the page, in a browser of their own."""
    stranger = visits(None)
    stranger.asks(ASK)
    for _ in range(times):
        stranger.sends(ASK, phone=VEE)


@pytest.mark.usefixtures("_vee")
def test_a_stranger_makes_the_line_text_her_three_times_a_day_and_never_at_night(line: TheLine, visits: Visits) -> None:
    """Twelve an hour it was, for ever."""
    for _ in range(4 * 24):
        asks(line, visits, 3)
        line.clock.forward(minutes=15)
    assert len(links(line)) == volunteer_links.ASKED_A_DAY


@pytest.mark.usefixtures("_vee")
def test_at_night_no_link_is_sent_from_the_page_and_none_of_the_day_is_used_up(line: TheLine, visits: Visits) -> None:
    line.clock.now = line.clock.now.replace(hour=6)  # one in the night in New York
    asks(line, visits, 5)
    assert links(line) == []
    line.clock.forward(hours=8)
    asks(line, visits)
    assert len(links(line)) == 1


@pytest.mark.usefixtures("_vee")
def test_whatever_strangers_do_link_by_text_works_at_any_hour(line: TheLine, visits: Visits) -> None:
    asks(line, visits, 30)
    line.clock.now = line.clock.now.replace(hour=6)
    before = len(links(line))
    assert line.answers(VEE, "LINK") == ""
    (mine,) = links(line)[before:]
    asks(line, visits, 30)
    line.clock.forward(minutes=14)
    assert _opens(visits, mine)


def _opens(visits: Visits, path: str) -> bool:
    phone = visits(None)
    phone.asks(path)
    return "You're on duty" in phone.sends(path).words


@pytest.mark.usefixtures("_vee")
def test_her_own_phone_gets_a_link_whoever_else_asks(line: TheLine, visits: Visits) -> None:
    asks(line, visits)
    phone = visits(None)
    (first,) = links(line)
    phone.asks(first)
    phone.sends(first)
    phone.sends("/volunteer/out")
    asks(line, visits, 30)
    line.clock.now = line.clock.now.replace(hour=23, minute=30)  # dark in New York, soon: 18:30
    line.clock.forward(hours=6)
    phone.sends(ASK, phone=VEE)
    *_others, second = links(line)
    assert second != first
    assert _opens(visits, second)


@pytest.mark.usefixtures("_vee")
def test_a_link_opens_once_also_when_two_press_at_the_same_moment(line: TheLine, visits: Visits) -> None:
    asks(line, visits)
    (path,) = links(line)
    found, two = visits(None), visits(None)
    found.asks(path)
    two.asks(path)
    assert {found.sends(path, follow=False).status, two.sends(path, follow=False).status} == {303, 422}
