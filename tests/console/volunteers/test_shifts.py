"""My shifts: given away long before, taken back, taken over; and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time

import pytest

from checkin.accounts import page_sessions
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import shifts
from checkin.volunteers.models import Shift, ShiftOccurrence
from checkin.volunteers.shifts import Times
from tests.cast import VAL, VEE
from tests.console.browser import Browser
from tests.console.volunteers.conftest import row
from tests.services.schedule import find
from tests.the_line import TheLine

PAGE = "/volunteer/shifts/"
BY_SHIFTS = {"always": False, "time_zone": "America/New_York"}


@pytest.fixture
def vee(line: TheLine, comes: Callable[..., Browser]) -> Browser:
    """Vee is on shift every Thursday from six to eight in the evening."""
    browser = comes("Vee", VEE, **BY_SHIFTS)
    line.runtime.do(lambda uow: shifts.add(uow, find(uow, VEE), Times(time(18), time(20), ("thu",))).id)
    return browser


@pytest.fixture
def val(comes: Callable[..., Browser]) -> Browser:
    """Val comes by shifts, and has none."""
    return comes("Val", VAL, **BY_SHIFTS)


def starts(browser: Browser) -> list[str]:
    """The times that may be given away."""
    return re.findall(r'name="start" value="([^"]+)"', browser.opens(PAGE).html)


def shift(line: TheLine) -> Shift:
    return line.runtime.read(lambda session: session.query(Shift).first())


def turn(line: TheLine) -> ShiftOccurrence:
    return line.runtime.read(
        lambda session: session.query(ShiftOccurrence).filter(ShiftOccurrence.gap.is_not(None)).one()
    )


def gives_away(line: TheLine, vee: Browser, which: int = 1) -> None:
    start = starts(vee)[which]
    shown = vee.sends(f"/volunteer/shifts/{shift(line).id}/offer", start=start)
    assert "It's offered to others" in shown.words
    line.carries_out()


def test_the_next_ones_are_shown(vee: Browser) -> None:
    shown = vee.opens(PAGE).words
    assert "Thu, 5 Mar 18:00–20:00" in shown
    assert "Thu, 12 Mar 18:00–20:00" in shown
    assert "Next shift: " in vee.opens("/volunteer/").words


def test_one_is_given_away_ten_days_before_and_somebody_takes_it(line: TheLine, vee: Browser, val: Browser) -> None:
    gives_away(line, vee)
    assert "offered to others" in vee.opens(PAGE).words
    assert "can you take a shift? Thu 12 Mar 18:00-20:00" in line.sent_to(VAL)[-1]
    assert "Can you take one of these?" in val.opens(PAGE).words
    shown = val.sends(f"/volunteer/shifts/gaps/{turn(line).gap}/take")
    assert "The shift is yours" in shown.words
    assert "Thu, 12 Mar 18:00–20:00" in shown.words
    assert "taken by someone else" in vee.opens(PAGE).words
    line.carries_out()
    assert "is covered" in line.sent_to(VEE)[-1]


def test_it_is_taken_back_as_long_as_nobody_has_it(line: TheLine, vee: Browser, val: Browser) -> None:
    gives_away(line, vee)
    gap, turn_id = turn(line).gap, turn(line).id
    assert "It's yours" in vee.sends(f"/volunteer/shifts/turns/{turn_id}/come").words
    assert "confirmed" in vee.opens(PAGE).words
    assert val.sends(f"/volunteer/shifts/gaps/{gap}/take").status == 422
    assert shift(line).days_off == []


def test_taken_is_taken(line: TheLine, vee: Browser, val: Browser) -> None:
    gives_away(line, vee)
    val.sends(f"/volunteer/shifts/gaps/{turn(line).gap}/take")
    shown = vee.sends(f"/volunteer/shifts/turns/{turn(line).id}/come")
    assert shown.status == 422
    assert "Someone has already taken it" in shown.words


def test_saying_it_twice_offers_it_once(line: TheLine, vee: Browser, val: Browser) -> None:
    start = starts(vee)[0]
    for _ in range(2):
        vee.sends(f"/volunteer/shifts/{shift(line).id}/offer", start=start)
    line.carries_out()
    assert len([text for text in line.sent_to(VAL) if "can you take" in text]) == 1


@pytest.mark.parametrize("start", ["", "soon", "2026-03-05T18:00:00", "2026-03-06T23:00:00+00:00"])
def test_a_time_that_is_none_is_refused(line: TheLine, vee: Browser, start: str) -> None:
    assert vee.sends(f"/volunteer/shifts/{shift(line).id}/offer", start=start).status == 422


def test_shifts_and_times_of_others_are_not_there(line: TheLine, vee: Browser, val: Browser) -> None:
    start = starts(vee)[0]
    assert val.sends(f"/volunteer/shifts/{shift(line).id}/offer", start=start).status == 404
    gives_away(line, vee, 0)
    assert val.sends(f"/volunteer/shifts/turns/{turn(line).id}/come").status == 404
    assert val.sends("/volunteer/shifts/gaps/99/take").status == 404
    assert turn(line).state == "gap"


def test_who_cannot_stand_in_is_not_asked_on_the_page_either(
    line: TheLine, vee: Browser, comes: Callable[..., Browser]
) -> None:
    kim = comes("Kim", "+15555550141", **BY_SHIFTS, languages=["es"])
    gives_away(line, vee)
    assert "Can you take one of these?" not in kim.opens(PAGE).words


def test_the_calendar_opens_for_whoever_has_its_address(line: TheLine, vee: Browser, stranger: Browser) -> None:
    [path] = re.findall(r'href="(/shifts/[0-9a-f]+\.ics)"', vee.opens(PAGE).html)
    assert "BEGIN:VCALENDAR" in stranger.asks(path).html


def test_a_reminded_shift_is_confirmed_with_one_thumb(line: TheLine, vee: Browser) -> None:
    line.clock.forward(days=2, hours=2)
    line.carries_out()

    def again(uow: UnitOfWork) -> str:
        return page_sessions.begin(uow, row(line, VEE))

    vee.hold(line.runtime.do(again))
    [path] = re.findall(r'action="(/volunteer/shifts/turns/[0-9a-f]+/come)"', vee.opens(PAGE).html)
    assert "confirmed" in vee.sends(path).words
