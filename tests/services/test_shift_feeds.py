"""Vee's shifts in the calendar on her phone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import icalendar
import pytest
from werkzeug.test import TestResponse

from checkin.app import create_app
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import service
from checkin.volunteers import shift_feeds, shifts
from checkin.volunteers.models import Shift
from tests.cast import VAL, VEE
from tests.services.schedule import find, on_shift, team, there
from tests.the_line import TheLine


def token(line: TheLine, number: str = VEE) -> str:
    return line.runtime.do(lambda uow: shift_feeds.token(uow, find(uow, number)))


def fetched(line: TheLine, written: str) -> TestResponse:
    return create_app(line.runtime).test_client().get(f"/shifts/{written}.ics")


def starts(response: TestResponse) -> list[datetime]:
    calendar = icalendar.Calendar.from_ical(response.data)
    return [event.decoded("DTSTART") for event in calendar.walk("VEVENT")]


def test_her_shifts_stand_in_the_calendar_across_the_change_of_clocks(line: TheLine) -> None:
    team(line, VEE, VAL)
    on_shift(line, VEE, 18, 20, days=("tue",))
    on_shift(line, VAL, 18, 20, days=("wed",))
    response = fetched(line, token(line))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert starts(response)[:2] == [there(3, 18), there(10, 18)]
    assert starts(response)[:2] == [datetime(2026, 3, 3, 23, tzinfo=UTC), datetime(2026, 3, 10, 22, tzinfo=UTC)]
    assert {moment.astimezone(there(1, 0).tzinfo).weekday() for moment in starts(response)} == {1}
    assert 16 <= len(starts(response)) <= 18


def test_days_off_and_extra_days_and_what_she_took_over_are_in_it(line: TheLine) -> None:
    team(line, VEE, VAL)
    shift_id = on_shift(line, VEE, 18, 20, days=("tue",))

    def change(uow: UnitOfWork) -> None:
        shift = uow.session.get_one(Shift, shift_id)
        shifts.day_off(uow, shift, date(2026, 3, 3))
        shifts.extra_day(uow, shift, date(2026, 3, 5))

    line.runtime.do(change)
    assert starts(fetched(line, token(line)))[:2] == [there(5, 18), there(10, 18)]


def test_events_keep_their_names_and_name_nobody(line: TheLine) -> None:
    team(line, VEE)
    on_shift(line, VEE, 18, 20)
    first, second = (fetched(line, token(line)).get_data(as_text=True) for _ in range(2))
    assert first == second
    assert "SUMMARY:Harbor Line: on shift" in first
    assert not any(secret in first for secret in ("Vee", VEE, VEE[2:]))


def test_an_address_that_was_replaced_opens_nothing(line: TheLine) -> None:
    team(line, VEE)
    old = token(line)
    new = line.runtime.do(lambda uow: shift_feeds.renew(uow, find(uow, VEE), "Oda"))
    assert new != old
    assert (fetched(line, old).status_code, fetched(line, new).status_code) == (404, 200)


@pytest.mark.parametrize("how", ["a letter less", "another's id", "nothing", "paths"])
def test_a_guess_opens_nothing(line: TheLine, how: str) -> None:
    team(line, VEE, VAL)
    own = token(line)
    guesses = {
        "a letter less": own[:-1], "another's id": token(line, VAL)[:32] + own[32:], "nothing": "x", "paths": "..%2f",
    }  # fmt: skip
    response = fetched(line, guesses[how])
    assert response.status_code == 404
    assert response.data == b"" or how == "paths"


def test_whoever_left_or_has_not_agreed_has_no_calendar(line: TheLine) -> None:
    team(line, VEE)
    team(line, VAL, state="invited")
    own = token(line)
    assert fetched(line, token(line, VAL)).status_code == 404
    line.runtime.do(lambda uow: service.remove_volunteer(uow, find(uow, VEE), "Oda"))
    assert fetched(line, own).status_code == 404


def test_nobody_without_shifts_has_a_broken_calendar(line: TheLine) -> None:
    team(line, VEE)
    response = fetched(line, token(line))
    assert (response.status_code, starts(response)) == (200, [])
