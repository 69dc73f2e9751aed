"""Vee's Mondays, Val's Saturdays, days off, hours that are too many, and who would be asked then."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from checkin.core.errors import UserError
from checkin.core.unit_of_work import Work
from checkin.relays import preview
from checkin.relays.rules.matching import Need
from checkin.volunteers import duty, shifts
from checkin.volunteers import service as volunteers
from checkin.volunteers.duty import Standing
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.service import Offered
from checkin.volunteers.shifts import Times
from tests.cast import MONDAY_NOON, VAL, VEE
from tests.make import make_work

NEW_YORK = ZoneInfo("America/New_York")


def there(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026 in New York, where the clocks change on the 8th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


@pytest.fixture
def work(session: Session) -> Work:
    return make_work(session)


@pytest.fixture
def vee(work: Work) -> Volunteer:
    one = volunteers.add(work, "default", "Vee", VEE, Offered(), by="Oda")
    work.session.flush()
    return one


def add(work: Work, one: Volunteer, begins: int, ends: int, **times: Any) -> Shift:
    row = shifts.add(work, one, Times(time(begins), time(ends), **times))
    work.session.flush()
    return row


def starts(work: Work, row: Shift) -> list[str]:
    return [f"{one.start.astimezone(NEW_YORK):%a %d %b %H:%M}" for one in shifts.next_of(work, row)]


def test_every_monday_and_wednesday(work: Work, vee: Volunteer) -> None:
    row = add(work, vee, 18, 21, days=("wed", "mon"))
    assert starts(work, row) == ["Mon 02 Mar 18:00", "Wed 04 Mar 18:00", "Mon 09 Mar 18:00"]
    assert row.rule == "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,WE"


def test_every_other_week_past_midnight(work: Work, vee: Volunteer) -> None:
    row = add(work, vee, 22, 1, days=("fri",), every=2)
    assert row.minutes == 180
    assert starts(work, row) == ["Fri 06 Mar 22:00", "Fri 20 Mar 22:00", "Fri 03 Apr 22:00"]


def test_the_second_saturday_and_the_last(work: Work, vee: Volunteer) -> None:
    assert starts(work, add(work, vee, 9, 12, days=("sat",), nth=2)) == [
        "Sat 14 Mar 09:00",
        "Sat 11 Apr 09:00",
        "Sat 09 May 09:00",
    ]
    assert starts(work, add(work, vee, 9, 12, days=("sat",), nth=-1))[0] == "Sat 28 Mar 09:00"


def test_once_only_on_a_day(work: Work, vee: Volunteer) -> None:
    assert starts(work, add(work, vee, 9, 12, first=date(2026, 3, 10))) == ["Tue 10 Mar 09:00"]


def test_a_day_off_an_extra_day_and_both_taken_back(work: Work, vee: Volunteer) -> None:
    row = add(work, vee, 18, 21, days=("mon",))
    shifts.day_off(work, row, date(2026, 3, 9))
    shifts.extra_day(work, row, date(2026, 3, 10))
    assert starts(work, row) == ["Mon 02 Mar 18:00", "Tue 10 Mar 18:00", "Mon 16 Mar 18:00"]
    shifts.extra_day(work, row, date(2026, 3, 9))
    shifts.day_off(work, row, date(2026, 3, 10))
    assert starts(work, row) == ["Mon 02 Mar 18:00", "Mon 09 Mar 18:00", "Mon 16 Mar 18:00"]
    with pytest.raises(UserError, match="is not on 2026-03-10"):
        shifts.day_off(work, row, date(2026, 3, 10))
    with pytest.raises(UserError, match="is on 2026-03-09 already"):
        shifts.extra_day(work, row, date(2026, 3, 9))


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (Times(time(20), time(22), days=("mon",)), "already on Mon 02 Mar 20:00"),
        (Times(time(0), time(2), days=("tue",), channels=("voice",)), None),
        (Times(time(9), time(13, 1), days=("tue",)), "at most 4 hours on end"),
        (Times(time(9), time(9), days=("tue",)), "at most 4 hours on end"),
        (Times(time(8), time(11), days=("tue", "wed", "thu", "fri")), "more than 12 hours in a week"),
        (Times(time(8), time(11), days=("tuesday",)), "write mon,tue"),
        (Times(time(8), time(8, 5), days=("tue",)), "from 15 minutes"),
        (Times(time(8), time(11), days=("tue",), nth=5), "the 5th of a month"),
        (Times(time(8), time(11), rule="FREQ=HOURLY"), "no rule for days"),
        (Times(time(8), time(11), time_zone="Harbor"), "no time zone called 'Harbor'"),
        (Times(time(8), time(11), channels=("fax",)), "fax is no channel of theirs"),
    ],
)
def test_a_shift_that_cannot_be(work: Work, vee: Volunteer, times: Times, says: str | None) -> None:
    add(work, vee, 18, 21, days=("mon",))
    if says is None:
        shifts.add(work, vee, times)
        return
    with pytest.raises(UserError, match=says):
        shifts.add(work, vee, times)


def test_longer_hours_need_an_organisers_yes(work: Work, vee: Volunteer) -> None:
    vee.hours_agreed = True
    assert add(work, vee, 9, 17, days=("sat", "sun")).minutes == 480


def test_shifts_are_found_by_the_beginning_of_their_id(work: Work, vee: Volunteer) -> None:
    row = add(work, vee, 18, 21, days=("mon",))
    assert shifts.find(work, "default", row.id) is row
    with pytest.raises(UserError, match="no shift begins with"):
        shifts.find(work, "default", "%")
    with pytest.raises(UserError, match="no shift begins with"):
        shifts.find(work, "default", " ")
    add(work, vee, 9, 10, days=("mon",))
    with pytest.raises(UserError, match="2 shifts begin"):
        shifts.find(work, "default", "0000")
    shifts.remove(work, row)
    work.session.flush()
    with pytest.raises(UserError):
        shifts.find(work, "default", row.id)


def test_who_would_be_asked_and_when_their_phones_ring(work: Work, vee: Volunteer) -> None:
    add(work, vee, 18, 21, days=("mon",))
    team = [
        volunteers.add(work, "default", f"V{n}", f"+155555502{n:02}", Offered(always=True), by="Oda") for n in range(4)
    ]
    work.session.flush()
    now = preview.who(work, Need("default", "voice"))
    assert [one.after for one in now[:4]] == [*[timedelta(0)] * 3, timedelta(seconds=20)]
    assert [(one.volunteer, one.reason) for one in now[4:]] == [(vee, "off shift")]
    team[0].on_duty = False
    work.session.flush()
    assert len([one for one in preview.who(work, Need("default", "voice")) if one.reason is None]) == 3
    evening = preview.who(work, Need("default", "voice"), at=there(2, 19))
    assert {one.volunteer for one in evening if one.reason is None} == {vee, *team}


def test_a_shift_for_texts_only_is_none_for_calls(work: Work, vee: Volunteer) -> None:
    add(work, vee, 11, 14, days=("mon",), channels=("text",))
    assert preview.who(work, Need("default", "text"))[0].reason is None
    assert preview.who(work, Need("default", "voice"))[0].reason == "off shift"


def test_how_somebody_stands(work: Work, vee: Volunteer) -> None:
    assert duty.standing(work, vee) == Standing("between shifts")
    add(work, vee, 11, 14, days=("mon",))
    assert duty.standing(work, vee) == Standing("on", there(2, 14))
    work.now = there(2, 15)
    assert duty.standing(work, vee) == Standing("between shifts", there(9, 11))
    assert duty.go_off(work, vee, timedelta(hours=2)) == Standing("off", there(2, 17)) == duty.standing(work, vee)
    work.now = there(2, 18)
    assert duty.standing(work, vee) == Standing("between shifts", there(9, 11))
    assert duty.go_on(work, vee) == Standing("on", there(2, 22)) == duty.standing(work, vee)
    vee.off_rotation = True
    assert duty.go_on(work, vee) == Standing("paused") == duty.standing(work, vee)


def test_on_outside_of_a_shift_holds_no_longer_than_the_lines_hours_on_end(work: Work, vee: Volunteer) -> None:
    assert duty.go_on(work, vee, timedelta(hours=9)).until == MONDAY_NOON + timedelta(hours=4)
    assert duty.go_on(work, vee, timedelta(hours=1)).until == MONDAY_NOON + timedelta(hours=1)


def test_somebody_of_another_place_has_shifts_on_their_own_clock(work: Work) -> None:
    val = volunteers.add(work, "default", "Val", VAL, Offered(time_zone="America/Los_Angeles"), by="Oda")
    work.session.flush()
    add(work, val, 9, 12, days=("mon",))
    assert duty.standing(work, val) == Standing("on", there(2, 15))
