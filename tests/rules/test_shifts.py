"""Vee's Monday evenings, Val's nights across midnight, second Saturdays, days off, and the clocks changing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.core.errors import UserError
from checkin.core.rules.zones import from_to
from checkin.volunteers.rules.shifts import ShiftRule, next_times, on_shift, read

NEW_YORK = ZoneInfo("America/New_York")


def there(*when: int) -> datetime:
    return datetime(*when, tzinfo=NEW_YORK)


def starts(shift: ShiftRule, now: datetime, count: int = 3) -> list[str]:
    where = ZoneInfo(shift.time_zone)
    return [f"{item.start.astimezone(where):%a %d %b %H:%M}" for item in next_times([shift], now, count)]


MONDAYS = read("FREQ=WEEKLY;BYDAY=MO", "2026-01-05", "18:00", 180, "America/New_York")
NIGHTS = read("FREQ=DAILY", "2026-01-01", "22:00", 480, "America/New_York")


@pytest.mark.parametrize(
    ("now", "on"),
    [
        (there(2026, 11, 23, 17, 59), False),
        (there(2026, 11, 23, 18, 0), True),
        (there(2026, 11, 23, 20, 59, 59), True),
        (there(2026, 11, 23, 21, 0), False),
        (there(2026, 11, 24, 18, 30), False),
        (there(2025, 12, 29, 18, 30), False),
    ],
)
def test_vee_is_there_on_monday_evenings(now, on):
    assert (on_shift(MONDAYS, now) is not None) is on


def test_a_night_shift_goes_on_after_midnight():
    found = on_shift(NIGHTS, there(2026, 11, 23, 3, 0))
    assert found is not None
    assert found.start.astimezone(NEW_YORK) == there(2026, 11, 22, 22, 0)
    assert on_shift(NIGHTS, there(2026, 11, 23, 6, 0)) is None


@pytest.mark.parametrize(
    ("start", "hours", "written"),
    [
        (there(2027, 3, 13, 1), 2, "01:00-03:00"),
        (there(2027, 3, 14, 1), 1, "01:00 EST-03:00 EDT"),
        (there(2027, 11, 7, 0, 30), 2, "00:30 EDT-01:30 EST"),
        (there(2027, 11, 7, 22), 8, "22:00-06:00"),
    ],
)
def test_times_on_the_night_when_the_clocks_change_say_by_which_clock(start, hours, written):
    begins = start.astimezone(UTC)
    assert from_to(begins, begins + timedelta(hours=hours), NEW_YORK) == written


def test_a_night_on_which_the_clocks_change_still_ends_at_six():
    for eve in (date(2026, 3, 7), date(2026, 10, 31)):
        found = on_shift(NIGHTS, datetime.combine(eve, time(23), NEW_YORK))
        assert found is not None
        assert found.end.astimezone(NEW_YORK).time() == time(6)
    spring = on_shift(NIGHTS, there(2026, 3, 8, 5, 30))
    assert spring is not None
    assert spring.end - spring.start == timedelta(hours=7)


def test_a_shift_in_the_hour_that_is_skipped_keeps_its_length_after_it():
    small_hours = read("FREQ=DAILY", "2026-01-01", "02:00", 60, "America/New_York")
    found = on_shift(small_hours, there(2026, 3, 8, 3, 30))
    assert found is not None
    assert found.end - found.start == timedelta(hours=1)


def test_an_hour_that_comes_twice_is_one_shift_until_the_clock_says_two():
    small_hours = read("FREQ=DAILY", "2026-01-01", "01:00", 60, "America/New_York")
    first, second = (datetime(2026, 11, 1, 1, 30, fold=fold, tzinfo=NEW_YORK) for fold in (0, 1))
    assert on_shift(small_hours, first) == on_shift(small_hours, second) is not None
    assert on_shift(small_hours, there(2026, 11, 1, 2, 0)) is None


def test_second_saturdays_and_last_sundays():
    shift = read("FREQ=MONTHLY;BYDAY=2SA,-1SU", "2026-01-01", "09:00", 120, "Europe/Berlin")
    assert starts(shift, datetime(2026, 11, 1, tzinfo=UTC)) == [
        "Sat 14 Nov 09:00",
        "Sun 29 Nov 09:00",
        "Sat 12 Dec 09:00",
    ]


def test_every_other_week_counts_from_the_first_day_for_years():
    shift = read("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2020-01-07", "09:00", 60, "UTC")
    for item in next_times([shift], datetime(2026, 11, 1, tzinfo=UTC), 8):
        assert (item.start.date() - date(2020, 1, 7)).days % 14 == 0


def test_days_off_and_extra_days():
    shift = read("FREQ=WEEKLY;BYDAY=MO", "2026-11-02", "18:00", 60, "UTC", ["2026-11-23"], ["2026-11-25"])
    assert starts(shift, datetime(2026, 11, 20, tzinfo=UTC)) == [
        "Wed 25 Nov 18:00",
        "Mon 30 Nov 18:00",
        "Mon 07 Dec 18:00",
    ]


def test_one_time_only_and_a_counted_rule_come_to_an_end():
    once = read("", "2026-11-25", "18:00", 60, "UTC")
    thrice = read("FREQ=WEEKLY;COUNT=3", "2026-11-25", "19:00", 60, "UTC")
    until = read("FREQ=DAILY;UNTIL=20261126", "2026-11-25", "20:00", 60, "UTC")
    assert starts(once, datetime(2026, 11, 20, tzinfo=UTC), 9) == ["Wed 25 Nov 18:00"]
    assert len(starts(thrice, datetime(2026, 11, 20, tzinfo=UTC), 9)) == 3
    assert len(starts(until, datetime(2026, 11, 20, tzinfo=UTC), 9)) == 2


def test_the_times_of_several_shifts_come_in_order():
    times = next_times([MONDAYS, NIGHTS], there(2026, 11, 23, 12), 4)
    assert times == sorted(times)
    assert times[0].start.astimezone(NEW_YORK) == there(2026, 11, 23, 18)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rule": "every monday"}, "FREQ=WEEKLY;BYDAY=MO,WE"),
        ({"rule": "FREQ=HOURLY"}, "isn't a rule for days"),
        ({"rule": "FREQ=WEEKLY;INTERVAL=0"}, "isn't a rule for days"),
        ({"rule": "FREQ=DAILY;BYHOUR=3"}, "isn't a rule for days"),
        ({"rule": "FREQ=DAILY;BYMONTHDAY=31"}, "isn't a rule for days"),
        ({"rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"}, "doesn't match any day"),
        ({"rule": "FREQ=DAILY;UNTIL=20200101"}, "doesn't match any day"),
        ({"starts_on": "tomorrow"}, "2026-11-30"),
        ({"starts_at": "25:00"}, "18:00"),
        ({"minutes": 5}, "15 minutes"),
        ({"minutes": 2000}, "24 hours"),
        ({"extra_days": ["30.11.2026"]}, "2026-11-30"),
    ],
)
def test_a_shift_that_cannot_be_says_what_to_write(changes, says):
    given = {"rule": "", "starts_on": "2026-11-23", "starts_at": "18:00", "minutes": 60, "time_zone": "UTC"}
    with pytest.raises(UserError, match=says):
        read(**given | changes)


def test_an_unknown_time_zone_is_named():
    with pytest.raises(UserError, match="America/New_Yorkk"):
        read("", "2026-11-23", "18:00", 60, "America/New_Yorkk")


@given(
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None)),
    minutes=st.integers(15, 24 * 60),
    days=st.sampled_from(["MO", "SA,SU", "MO,TU,WE,TH,FR", "1MO", "-1FR"]),
    now=st.integers(0, 3 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
)
def test_whatever_comes_next_is_on_shift_while_it_lasts(zone, at, minutes, days, now):
    shift = ShiftRule(f"FREQ=MONTHLY;BYDAY={days}", date(2024, 1, 1), at, minutes, zone)
    times = next_times([shift], now, 4)
    assert len(times) == 4
    assert times == sorted(times)
    for item in times:
        assert item.end > now
        assert on_shift(shift, item.start)
        assert on_shift(shift, item.end - timedelta(seconds=1))
    now_on = on_shift(shift, now)
    assert (times[0].start <= now) == (now_on is not None)
