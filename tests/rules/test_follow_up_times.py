"""Any schedule, zone, window, change of the clocks and jump of ours: inside the window, in order, within a day."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from checkin.core.rules.quiet_hours import Window, may_send
from checkin.followups.rules import SPREAD, next_promise, promised, when
from tests.examples import examples

ZONES = ("America/New_York", "America/Los_Angeles", "America/Phoenix", "America/St_Johns", "Europe/Madrid",
         "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia", "UTC")  # fmt: skip
DAY, STEP = timedelta(days=1), timedelta(minutes=1)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - it wants naive ones
zones = st.sampled_from(ZONES)
lengths = st.timedeltas(timedelta(), timedelta(days=40))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    """Any window of two hours or more, by day or past midnight, every day."""
    opens = draw(st.integers(0, 23 * 60))
    length = draw(st.integers(120, 22 * 60))
    closes = (opens + length) % (24 * 60)
    return Window(time(opens // 60, opens % 60), time(closes // 60, closes % 60))


@given(moments, lengths, zones, windows(), st.text(min_size=1, max_size=8))
@settings(max_examples=examples(150))
def test_it_goes_inside_the_window_and_within_a_day(
    now: datetime, after: timedelta, zone: str, window: Window, seed: str
) -> None:
    planned = now + after
    due = when(planned, window, [zone], now, seed)
    assert planned <= due <= planned + DAY + timedelta(hours=1)  # the hour that a change of the clocks may add
    assert may_send(due, window, [zone]).open
    assert due == planned or not may_send(planned, window, [zone]).open  # moved only when it had to be


@given(moments, st.lists(lengths, min_size=2, max_size=6), zones, windows())
@settings(max_examples=examples(100))
def test_one_persons_promises_stay_in_order_day_by_day(
    now: datetime, afters: list[timedelta], zone: str, window: Window
) -> None:
    planned = sorted(now + after for after in afters)
    due = [when(moment, window, [zone], now, "ana") for moment in planned]
    assert due == sorted(due)


@given(moments, lengths, zones, windows(), st.lists(st.timedeltas(-2 * DAY, 9 * DAY), max_size=5))
@settings(max_examples=examples(100))
def test_whatever_the_clock_does_nothing_leaves_outside_the_window(
    now: datetime, after: timedelta, zone: str, window: Window, jumps: list[timedelta]
) -> None:
    """The worker's loop: whoever comes due is judged again, and moved if it is not the hour."""
    due = when(now + after, window, [zone], now, "ana")
    sent: datetime | None = None
    for jump in [*jumps, *[STEP] * 3]:
        now = max(now, due) + jump
        if now < due:
            continue
        if may_send(now, window, [zone]).open:
            sent = now
            break
        moved = when(now + STEP, window, [zone], now, "ana")
        assert now < moved <= now + DAY + timedelta(hours=1)
        due = now = moved
    assert sent is None or may_send(sent, window, [zone]).open
    assert may_send(due, window, [zone]).open


@given(moments, zones, st.integers(1, 400))
@settings(max_examples=examples(100))
def test_days_are_days_of_the_calendar(begun: datetime, zone: str, days: int) -> None:
    """Ten in the morning stays ten in the morning whatever the clocks do; where ten does not exist, it is later."""
    where = ZoneInfo(zone)
    there, then = begun.astimezone(where), promised(begun, timedelta(days=days), zone).astimezone(where)
    moved = datetime.combine(then.date(), there.time()) - datetime.combine(then.date(), then.time().replace(fold=0))
    assert abs((then.date() - there.date()).days - days) <= 1
    assert abs(moved) <= timedelta(hours=1) or then.date() != there.date() + timedelta(days=days)


@given(moments, zones, st.integers(1, 30), st.timedeltas(timedelta(), timedelta(days=500)))
@settings(max_examples=examples(100))
def test_a_series_goes_on_after_any_sleep_and_makes_up_for_nothing(
    last: datetime, zone: str, days: int, slept: timedelta
) -> None:
    every, now = timedelta(days=days), last + slept
    following = next_promise(last, every, now, zone)
    assert following > now - timedelta(hours=2)
    assert following <= max(last, now) + every + timedelta(hours=2)


def test_a_nights_worth_does_not_go_out_in_one_minute() -> None:
    night = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # three in the morning in New York
    window = Window(time(10), time(18))
    due = [when(night, window, ["America/New_York"], night, f"id{number}") for number in range(400)]
    opens = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
    assert min(due) >= opens
    assert max(due) < opens + SPREAD
    for minute in range(0, 60, 10):
        share = [item for item in due if opens + minute * STEP <= item < opens + (minute + 10) * STEP]
        assert 40 < len(share) < 100  # of 400, 67 in ten minutes


def test_weekends_and_holidays_are_days_off() -> None:
    weekdays = Window(time(10), time(18), frozenset(range(5)), holidays=frozenset({(12, 25)}))
    friday_evening = datetime(2026, 3, 7, 0, 0, tzinfo=UTC)
    due = when(friday_evening, weekdays, ["America/New_York"], friday_evening, "ana")
    assert f"{due.astimezone(ZoneInfo('America/New_York')):%a}" == "Mon"
    christmas = datetime(2026, 12, 25, 17, 0, tzinfo=UTC)  # a Friday
    moved = when(christmas, weekdays, ["America/New_York"], christmas, "ana")
    assert moved.astimezone(ZoneInfo("America/New_York")).date().isoformat() == "2026-12-28"
