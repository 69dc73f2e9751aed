"""A text proves nothing of who sent it: whose volunteer must use the page is not moved by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from checkin.accounts import page_sessions
from checkin.accounts.rules import Role
from checkin.core.unit_of_work import UnitOfWork
from flows.words.segments import count_segments
from tests import make
from tests.cast import ANA, VEE
from tests.console.browser import Browser, application
from tests.console.volunteers.conftest import row
from tests.the_line import TheLine

Visits = Callable[[Role | None], Browser]


@pytest.fixture
def database(sqlite_engine: Engine) -> Engine:
    """What is obeyed asks nothing of a database in particular."""
    return sqlite_engine


@pytest.fixture
def vee(line: TheLine) -> Browser:
    """Vee acts on her page alone, and is signed in there."""

    def begin(uow: UnitOfWork) -> str:
        return page_sessions.begin(uow, make.volunteer(uow, VEE, "Vee", page_only=True, lead=True))

    browser = Browser(line, application(line))
    browser.hold(line.runtime.do(begin))
    return browser


WORDS = [
    "TAKE 1", "OFF", "OFF 60D", "ON", "DONE", "PASS", "BLOCK", "LEAD", "LEAD 1", "GAP 1", "SHIFT NO", "YES", "NO", "3",
    "CLAIM 1", "1 I am so sorry, call me at home", "Where do you live?",
]  # fmt: skip


def test_whatever_somebody_texts_in_her_name_changes_nothing(line: TheLine, vee: Browser) -> None:
    line.answers(ANA, "PEER")
    line.carries_out()
    before = _standing(line)
    asked = line.sent_to(VEE)
    assert "on your page" in asked[-1]
    assert "TAKE" not in asked[-1]
    for words in WORDS:
        assert "Texts from your phone can't change anything" in line.answers(VEE, words), words
    line.carries_out()
    assert _standing(line) == before
    assert line.sent_to(VEE) == asked
    assert not [text for text in line.sent_to(ANA) if "sorry" in text or "live" in text]


def _standing(line: TheLine) -> tuple[object, ...]:
    vee = row(line, VEE)
    return vee.on_duty, vee.off_rotation, vee.rest_until, vee.stopped_at, vee.state


def test_her_page_takes_what_her_texts_do_not(line: TheLine, vee: Browser) -> None:
    line.answers(ANA, "PEER")
    line.carries_out()
    vee.sends("/volunteer/offers/1/take")
    assert vee.opens("/volunteer/talks/1").status == 200
    vee.sends("/volunteer/talks/1/say", words="I'm here.", form="k" * 20)
    line.carries_out()
    assert any("I'm here." in text for text in line.sent_to(ANA))


def test_what_she_needs_by_text_still_works(line: TheLine, vee: Browser) -> None:
    assert line.answers(VEE, "LINK") == ""
    assert "for volunteers" in line.answers(VEE, "HELP")
    assert "at any hour" in line.answers(VEE, "SHIFTS")
    assert "any more texts" in line.answers(VEE, "STOP")
    assert "welcome back" in line.answers(VEE, "START")


def test_a_lead_asks_it_of_her_on_her_page_in_the_schedule(line: TheLine, visits: Visits, vee: Browser) -> None:
    oda = visits("lead")
    path = f"/console/schedule/volunteers/{row(line, VEE).id}"
    assert "only on their page" in oda.opens(path).words
    oda.sends(f"{path}/change", languages="en", channels="text", topics="")
    assert not row(line, VEE).page_only
    assert "You're off duty" in line.answers(VEE, "OFF")
    oda.sends(f"{path}/change", languages="en", channels="text", topics="", page_only="1")
    assert row(line, VEE).page_only


def test_what_she_changes_herself_leaves_it_as_it_is(line: TheLine, vee: Browser) -> None:
    vee.sends("/volunteer/me/change", name="Vee", languages="en", channels="text", topics="family")
    assert row(line, VEE).topics == ["family"]
    assert row(line, VEE).page_only


@pytest.mark.parametrize("language", ["en", "es"])
def test_she_is_told_in_two_segments(line: TheLine, vee: Browser, language: str) -> None:
    def speak(uow: UnitOfWork) -> None:
        uow.session.merge(row(line, VEE)).languages = [language]

    line.runtime.do(speak)
    said = line.answers(VEE, "OFF")
    assert count_segments(said) <= 2
    assert ("ENLACE" if language == "es" else "LINK") in said
