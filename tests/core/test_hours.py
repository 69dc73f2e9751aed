"""Opening hours, with the days on which they are hard."""

from datetime import UTC, datetime

import pytest

from flows.model.schedules import Schedule

EAST = "America/New_York"
WEEK = Schedule.model_validate(
    {
        "open": {"mon-thu": "09:00-21:00", "fri": ["09:00-12:00", "13:00-21:00"], "sat": "22:00-02:00"},
        "closed": ["2026-03-04", "12-25"],
        "extra": {"2026-12-25": ["10:00-11:00"], "2026-03-08": []},
    }
)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "is_open", "why"),
    [
        ("2026-03-02T09:00-05:00", True, "the minute it opens"),
        ("2026-03-02T08:59-05:00", False, "the minute before"),
        ("2026-03-02T21:00-05:00", False, "the minute it closes"),
        ("2026-03-03T01:59+00:00", True, "in UTC it is tomorrow already"),
        ("2026-03-06T12:30-05:00", False, "the break on Friday"),
        ("2026-03-06T13:00-05:00", True, "after the break"),
        ("2026-03-04T10:00-05:00", False, "a day off"),
        ("2026-12-25T09:30-05:00", False, "a day off every year"),
        ("2026-12-25T10:30-05:00", True, "but this year an hour is added"),
        ("2027-12-25T10:30-05:00", False, "next year it is not"),
        ("2026-02-28T23:30-05:00", True, "Saturday night"),
        ("2026-03-01T01:59-05:00", True, "it runs past midnight"),
        ("2026-03-01T02:00-05:00", False, "and ends there"),
        ("2026-03-08T01:30-05:00", True, "Saturday's window reaches into a Sunday that has none of its own"),
        ("2026-03-01T12:00-05:00", False, "Sunday"),
    ],
)
def test_it_is_open_when_people_would_say_so(at, is_open, why):
    assert WEEK.is_open(moment(at), EAST) is is_open, why


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-03-02T10:00-05:00", "2026-03-02T10:00-05:00"),
        ("2026-03-02T22:00-05:00", "2026-03-03T09:00-05:00"),
        ("2026-03-03T22:00-05:00", "2026-03-05T09:00-05:00"),
        ("2026-03-06T12:10-05:00", "2026-03-06T13:00-05:00"),
        ("2026-03-08T03:00-04:00", "2026-03-09T09:00-04:00"),
    ],
)
def test_the_next_opening_is_named(at, opens):
    assert WEEK.next_open(moment(at), EAST) == moment(opens)


def test_wall_clock_times_stay_wall_clock_times_when_the_clocks_change():
    before, after = moment("2026-03-06T14:30Z"), moment("2026-03-09T13:30Z")
    assert WEEK.is_open(before, EAST)
    assert WEEK.is_open(after, EAST), "09:30 on both days, an hour apart in UTC"
    assert not WEEK.is_open(moment("2026-03-09T12:30Z"), EAST)


def test_the_hour_that_comes_twice_is_open_twice():
    night = Schedule.model_validate({"open": {"sun": "01:00-02:00"}})
    first, second = moment("2026-11-01T01:30-04:00"), moment("2026-11-01T01:30-05:00")
    assert night.is_open(first, EAST)
    assert night.is_open(second, EAST)


def test_a_schedule_of_its_own_zone_wins():
    schedule = Schedule.model_validate({"time_zone": "Europe/Madrid", "open": {"every": "09:00-10:00"}})
    assert schedule.is_open(datetime(2026, 1, 5, 8, 30, tzinfo=UTC), EAST)


def test_always_is_always_and_never_has_no_next():
    assert Schedule(always=True).is_open(moment("2026-03-02T03:00Z"), EAST)
    assert Schedule().next_open(moment("2026-03-02T03:00Z"), EAST) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"open": {"monday": "09:00-10:00"}},
        {"open": {"mon": "9-10"}},
        {"open": {"mon": "09:00-25:00"}},
        {"time_zone": "Mars/Olympus"},
        {"closed": ["25.12."]},
        {"extra": {"12-25": "10:00-11:00"}},
        {"opening": {}},
    ],
)
def test_what_is_no_schedule_is_refused(broken):
    with pytest.raises(ValueError):
        Schedule.model_validate(broken)
