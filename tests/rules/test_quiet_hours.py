"""Nobody is texted in their quiet hours, whichever zone they may be in and whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber, zones
from checkin.core.rules.quiet_hours import BadWindow, Window, may_send, openings
from checkin.core.rules.zones import zone
from checkin.followups.rules import NoSafeHour, pace, same_day, when

DAYTIME = Window.read("10:00-18:00")
ANYWHERE = zones(PhoneNumber("+15555550101"))
EASTERN = ZoneInfo("America/New_York")


def eastern(*when: int) -> datetime:
    return datetime(*when, tzinfo=EASTERN).astimezone(UTC)


def test_a_zone_that_we_do_not_know_leaves_the_hours_that_are_fine_in_all_of_them():
    [opening] = openings(DAYTIME, ANYWHERE, eastern(2026, 7, 15, 0, 0), 1)
    assert (opening.start, opening.end) == (eastern(2026, 7, 15, 16), eastern(2026, 7, 15, 18))
    mainland = [name for name in ANYWHERE if name not in ("America/Anchorage", "America/Adak", "Pacific/Honolulu")]
    [opening] = openings(DAYTIME, mainland, eastern(2026, 7, 15, 0, 0), 1)
    assert (opening.start, opening.end) == (eastern(2026, 7, 15, 13), eastern(2026, 7, 15, 18))


def test_a_closed_gate_says_why():
    gate = may_send(eastern(2026, 7, 15, 12), DAYTIME, ["America/New_York", "America/Los_Angeles"])
    assert not gate.open
    assert gate.reason == "quiet hours: it's 09:00 in America/Los_Angeles, and texts are sent 10:00-18:00"
    assert not may_send(eastern(2026, 7, 15, 12), DAYTIME, []).open


@pytest.mark.parametrize(("hour", "is_open"), [(9, False), (10, True), (17, True), (18, False), (3, False)])
def test_the_window_opens_at_ten_and_is_closed_at_six(hour, is_open):
    assert may_send(eastern(2026, 11, 23, hour), DAYTIME, ["America/New_York"]).open is is_open


def test_a_night_workers_window_passes_midnight():
    window = Window(time(20), time(2), frozenset({4}))
    friday = datetime(2026, 11, 27, tzinfo=UTC)
    open_at = [hour for hour in range(72) if may_send(friday + timedelta(hours=hour), window, ["UTC"]).open]
    assert open_at == [20, 21, 22, 23, 24, 25]


def test_what_was_promised_inside_the_window_stays():
    promised = eastern(2026, 11, 23, 11, 7)
    assert when(promised, DAYTIME, ["America/New_York"], promised - timedelta(days=1), "a") == promised


def test_what_was_promised_for_the_night_moves_to_the_morning_and_is_spread():
    night = eastern(2026, 11, 23, 3)
    moved = sorted(when(night, DAYTIME, ["America/New_York"], night, f"follow-up {n}") for n in range(200))
    assert moved[0] >= eastern(2026, 11, 23, 10)
    assert moved[-1] < eastern(2026, 11, 23, 11)
    assert max(later - sooner for sooner, later in zip(moved, moved[1:], strict=False)) < timedelta(minutes=3)
    assert when(night, DAYTIME, ["America/New_York"], night, "a") == when(
        night, DAYTIME, ["America/New_York"], night, "a"
    )


def test_a_late_worker_sends_within_the_window_of_now():
    promised, now = eastern(2026, 11, 23, 11), eastern(2026, 11, 23, 22)
    moved = when(promised, DAYTIME, ["America/New_York"], now, "a")
    assert eastern(2026, 11, 24, 10) <= moved < eastern(2026, 11, 24, 11)


def test_weekends_and_holidays_of_the_line_are_passed_over():
    window = Window.read("10:00-18:00", days=range(5), closed=[date(2026, 12, 25)])
    moved = when(eastern(2026, 12, 25, 12), window, ["America/New_York"], eastern(2026, 12, 1), "a")
    assert moved.astimezone(EASTERN).date() == date(2026, 12, 28)


def test_no_hour_that_is_fine_everywhere_is_said_and_not_guessed():
    with pytest.raises(NoSafeHour, match="ask for the time zone"):
        when(eastern(2026, 7, 15, 12), DAYTIME, ["Asia/Tokyo", "America/New_York"], eastern(2026, 7, 15), "a")
    with pytest.raises(NoSafeHour):
        when(eastern(2026, 7, 15, 12), DAYTIME, [], eastern(2026, 7, 15), "a")


@pytest.mark.parametrize(
    "words", ["10-18", "ten to six", "10:00-11:00", "10:00-10:00", "25:00-26:00", "10:61-18:00", ""]
)
def test_a_window_that_cannot_be_says_what_to_write(words):
    with pytest.raises(BadWindow, match="10:00-18:00"):
        Window.read(words)


def test_a_window_may_be_written_with_a_dash_and_end_at_midnight():
    assert Window.read("9:30 \u2013 24:00") == Window(time(9, 30), time(0))
    with pytest.raises(BadWindow, match="isn't open on any day"):
        Window.read("10:00-18:00", days=[])


def test_a_zone_that_does_not_exist_is_named():
    for name in ("Mars/Olympus", "../etc/passwd", ""):
        with pytest.raises(UserError, match="America/New_York"):
            zone(name)


ZONES = st.sampled_from(
    ["UTC", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "Europe/Dublin", "Africa/Casablanca",
     "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Pacific/Honolulu"]
)  # fmt: skip
TIMES = st.integers(0, 10 * 365 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
# Half of the moments lie around the nights on which clocks change.
CHANGES = st.builds(
    lambda eve, minutes: eve + timedelta(minutes=minutes),
    st.sampled_from(
        [datetime(2026, *day, tzinfo=UTC) for day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31))]
    ),
    st.integers(0, 3 * 24 * 60),
)
WINDOWS = st.builds(
    lambda opens, length: (opens, length), st.integers(0, 24 * 60 - 1), st.integers(3 * 60, 23 * 60)
).map(lambda pair: Window(_clock(pair[0]), _clock(pair[0] + pair[1])))


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@given(TIMES | CHANGES, ZONES, WINDOWS, st.integers(-72, 72), st.text(max_size=8))
def test_a_promise_is_kept_inside_the_window_within_a_day(planned, name, window, late, seed):
    now = planned + timedelta(hours=late)
    sent = when(planned, window, [name], now, seed)
    assert may_send(sent, window, [name]).open
    assert max(planned, now) <= sent <= max(planned, now) + timedelta(hours=24)


@given(CHANGES, st.lists(ZONES, min_size=2, max_size=4, unique=True), WINDOWS, st.text(max_size=8))
def test_with_several_zones_it_is_inside_the_window_in_each(planned, names, window, seed):
    try:
        sent = when(planned, window, names, planned, seed)
    except NoSafeHour:
        assume(False)
    for name in names:
        assert window.holds(sent.astimezone(ZoneInfo(name)))
    assert sent >= planned


@given(CHANGES, ZONES, WINDOWS)
def test_every_minute_of_an_opening_is_inside_the_window(after, name, window):
    for opening in openings(window, [name], after, 2):
        minute = opening.start
        while minute < opening.end:
            assert window.holds(minute.astimezone(ZoneInfo(name)))
            minute += timedelta(minutes=1)


def test_a_series_slows_down_and_ends_kindly():
    week = timedelta(weeks=1)
    assert [pace(week, silent) for silent in range(5)] == [week, week, 2 * week, 2 * week, 2 * week]


def test_two_on_one_day_are_seen_in_any_zone():
    assert same_day(eastern(2026, 11, 23, 10), eastern(2026, 11, 23, 17), ["America/New_York"])
    assert not same_day(eastern(2026, 11, 23, 17), eastern(2026, 11, 24, 10), ["America/New_York"])
    assert same_day(eastern(2026, 11, 23, 23), eastern(2026, 11, 24, 10), ["America/New_York", "UTC"])
