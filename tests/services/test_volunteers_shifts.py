"""Vee's Mondays, Val's Saturdays, days off, hours that are too many, and who would be asked then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers import duty, queries, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.duty import DutyStanding
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.profile import Offered
from checkin.volunteers.rules import shifts as rules
from checkin.volunteers.shifts import Times
from tests.cast import MONDAY_NOON, VAL, VEE
from tests.make import make_uow

NEW_YORK = ZoneInfo("America/New_York")


def there(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026 in New York, where the clocks change on the 8th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def uow(session: Session) -> UnitOfWork:
    return make_uow(session)


@pytest.fixture
def vee(uow: UnitOfWork) -> Volunteer:
    volunteer = volunteers.add(uow, "default", "Vee", VEE, Offered(), by="Oda")
    uow.session.flush()
    return volunteer


def add(uow: UnitOfWork, volunteer: Volunteer, begins: int, ends: int, **times: Any) -> Shift:
    row = shifts.add(uow, volunteer, Times(time(begins), time(ends), **times))
    uow.session.flush()
    return row


def starts(uow: UnitOfWork, row: Shift) -> list[str]:
    coming = rules.next_times([queries.as_rule(row)], uow.now, 3)
    return [f"{span.start.astimezone(NEW_YORK):%a %d %b %H:%M}" for span in coming]


def test_every_monday_and_wednesday(uow: UnitOfWork, vee: Volunteer) -> None:
    row = add(uow, vee, 18, 21, days=("wed", "mon"))
    assert starts(uow, row) == ["Mon 02 Mar 18:00", "Wed 04 Mar 18:00", "Mon 09 Mar 18:00"]
    assert row.rule == "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE"


def test_every_other_week_past_midnight(uow: UnitOfWork, vee: Volunteer) -> None:
    row = add(uow, vee, 22, 1, days=("fri",), every=2)
    assert row.minutes == 180
    assert starts(uow, row) == ["Fri 06 Mar 22:00", "Fri 20 Mar 22:00", "Fri 03 Apr 22:00"]


def test_the_second_saturday_and_the_last(uow: UnitOfWork, vee: Volunteer) -> None:
    assert starts(uow, add(uow, vee, 9, 12, days=("sat",), nth=2)) == [
        "Sat 14 Mar 09:00",
        "Sat 11 Apr 09:00",
        "Sat 09 May 09:00",
    ]
    assert starts(uow, add(uow, vee, 9, 12, days=("sat",), nth=-1))[0] == "Sat 28 Mar 09:00"


def test_once_only_on_a_day(uow: UnitOfWork, vee: Volunteer) -> None:
    assert starts(uow, add(uow, vee, 9, 12, first=date(2026, 3, 10))) == ["Tue 10 Mar 09:00"]


def test_a_day_off_an_extra_day_and_both_taken_back(uow: UnitOfWork, vee: Volunteer) -> None:
    row = add(uow, vee, 18, 21, days=("mon",))
    shifts.day_off(uow, row, date(2026, 3, 9))
    shifts.extra_day(uow, row, date(2026, 3, 10))
    assert starts(uow, row) == ["Mon 02 Mar 18:00", "Tue 10 Mar 18:00", "Mon 16 Mar 18:00"]
    shifts.extra_day(uow, row, date(2026, 3, 9))
    shifts.day_off(uow, row, date(2026, 3, 10))
    assert starts(uow, row) == ["Mon 02 Mar 18:00", "Mon 09 Mar 18:00", "Mon 16 Mar 18:00"]
    with pytest.raises(UserError, match="isn't on 2026-03-10"):
        shifts.day_off(uow, row, date(2026, 3, 10))
    with pytest.raises(UserError, match="is already on 2026-03-09"):
        shifts.extra_day(uow, row, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (Times(time(20), time(22), days=("mon",)), "already on shift on Mon 02 Mar 20:00"),
        (Times(time(0), time(2), days=("tue",), channels=("voice",)), None),
        (Times(time(9), time(13, 1), days=("tue",)), "at most 4 hours in a row"),
        (Times(time(9), time(9), days=("tue",)), "at most 4 hours in a row"),
        (Times(time(8), time(11), days=("tue", "wed", "thu", "fri")), "more than 12 hours in a week"),
        (Times(time(8), time(11), days=("tuesday",)), "use mon,tue"),
        (Times(time(8), time(8, 5), days=("tue",)), "from 15 minutes"),
        (Times(time(8), time(11), days=("tue",), nth=5), "the 5th of a month"),
        (Times(time(8), time(11), rule="FREQ=HOURLY"), "isn't a rule for days"),
        (Times(time(8), time(11), time_zone="Harbor"), "no time zone called 'Harbor'"),
        (Times(time(8), time(11), channels=("fax",)), "fax isn't one of their"),
    ],
)
def test_a_shift_that_cannot_be(uow: UnitOfWork, vee: Volunteer, times: Times, says: str | None) -> None:
    add(uow, vee, 18, 21, days=("mon",))
    if says is None:
        shifts.add(uow, vee, times)
        return
    with pytest.raises(UserError, match=says):
        shifts.add(uow, vee, times)


def test_longer_hours_need_an_organizers_yes(uow: UnitOfWork, vee: Volunteer) -> None:
    vee.hours_agreed = True
    assert add(uow, vee, 9, 17, days=("sat", "sun")).minutes == 480


def test_who_would_be_asked_and_when_their_phones_ring(uow: UnitOfWork, vee: Volunteer) -> None:
    add(uow, vee, 18, 21, days=("mon",))
    team = [
        volunteers.add(uow, "default", f"V{n}", f"+155555502{n:02}", Offered(always=True), by="Oda") for n in range(4)
    ]
    uow.session.flush()
    now = preview.who(uow, Need("default", "voice"))
    assert [item.after for item in now[:4]] == [*[timedelta(0)] * 3, timedelta(seconds=20)]
    assert [(candidate.volunteer, candidate.reason) for candidate in now[4:]] == [(vee, "off shift")]
    team[0].on_duty = False
    uow.session.flush()
    assert len([item for item in preview.who(uow, Need("default", "voice")) if item.reason is None]) == 3
    evening = preview.who(uow, Need("default", "voice"), at=there(2, 19))
    assert {candidate.volunteer for candidate in evening if candidate.reason is None} == {vee, *team}


def test_a_shift_for_texts_only_is_none_for_calls(uow: UnitOfWork, vee: Volunteer) -> None:
    add(uow, vee, 11, 14, days=("mon",), channels=("text",))
    assert preview.who(uow, Need("default", "text"))[0].reason is None
    assert preview.who(uow, Need("default", "voice"))[0].reason == "off shift"


def test_how_somebody_stands(uow: UnitOfWork, vee: Volunteer) -> None:
    assert duty.standing(uow, vee) == DutyStanding("between shifts")
    add(uow, vee, 11, 14, days=("mon",))
    assert duty.standing(uow, vee) == DutyStanding("on", there(2, 14))
    uow.now = there(2, 15)
    assert duty.standing(uow, vee) == DutyStanding("between shifts", there(9, 11))
    assert duty.go_off(uow, vee, timedelta(hours=2)) == DutyStanding("off", there(2, 17)) == duty.standing(uow, vee)
    uow.now = there(2, 18)
    assert duty.standing(uow, vee) == DutyStanding("between shifts", there(9, 11))
    assert duty.go_on(uow, vee) == DutyStanding("on", there(2, 22)) == duty.standing(uow, vee)
    vee.off_rotation = True
    assert duty.go_on(uow, vee) == DutyStanding("paused") == duty.standing(uow, vee)


def test_on_outside_of_a_shift_holds_no_longer_than_the_lines_hours_on_end(uow: UnitOfWork, vee: Volunteer) -> None:
    assert duty.go_on(uow, vee, timedelta(hours=9)).until == MONDAY_NOON + timedelta(hours=4)
    assert duty.go_on(uow, vee, timedelta(hours=1)).until == MONDAY_NOON + timedelta(hours=1)


def test_somebody_of_another_place_has_shifts_on_their_own_clock(uow: UnitOfWork) -> None:
    val = volunteers.add(uow, "default", "Val", VAL, Offered(time_zone="America/Los_Angeles"), by="Oda")
    uow.session.flush()
    add(uow, val, 9, 12, days=("mon",))
    assert duty.standing(uow, val) == DutyStanding("on", there(2, 15))
