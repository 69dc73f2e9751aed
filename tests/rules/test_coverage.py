"""Two are wanted on Friday evenings: who is missing when, across midnight, and when the clocks change."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from checkin.core.rules.coverage import Presence, WantedCover, stretches

NEW_YORK = ZoneInfo("America/New_York")
EVENINGS = WantedCover(frozenset({4}), time(18), time(23), 2)
NIGHTS = WantedCover(frozenset(range(7)), time(22), time(6), 1)
ALL_DAY = WantedCover(frozenset(range(7)), time(), time(), 1)


def there(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026; the 6th is a Friday, and the clocks go forward on the 8th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=NEW_YORK)


def shown(wanted: list[WantedCover], present: list[Presence], since: int = 6, until: int = 7) -> list[str]:
    found = stretches(wanted, present, there(since, 0), there(until, 0), NEW_YORK)
    return [
        f"{it.start.astimezone(NEW_YORK):%d %H:%M}-{it.end.astimezone(NEW_YORK):%H:%M} {len(it.who)} of {it.wanted}"
        for it in found
    ]


def test_one_of_two_is_missing_before_and_after() -> None:
    present = [Presence("Vee", there(6, 17), there(6, 21)), Presence("Val", there(6, 20), there(6, 23))]
    assert shown([EVENINGS], present) == ["06 18:00-20:00 1 of 2", "06 20:00-21:00 2 of 2", "06 21:00-23:00 1 of 2"]


def test_two_shifts_of_one_person_are_one_person() -> None:
    present = [Presence("Vee", there(6, 18), there(6, 23)), Presence("Vee", there(6, 19), there(6, 20))]
    assert shown([EVENINGS], present) == ["06 18:00-23:00 1 of 2"]


def test_where_two_wishes_overlap_the_higher_counts() -> None:
    assert shown([EVENINGS, NIGHTS], []) == ["06 00:00-06:00 0 of 1", "06 18:00-23:00 0 of 2", "06 23:00-00:00 0 of 1"]


def test_the_night_before_reaches_into_the_day() -> None:
    present = [Presence("Vee", there(5, 22), there(6, 3))]
    assert shown([NIGHTS], present)[:2] == ["06 00:00-03:00 1 of 1", "06 03:00-06:00 0 of 1"]


def test_the_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    spring = stretches([ALL_DAY], [], there(8, 0), there(9, 0), NEW_YORK)
    assert [item.length for item in spring] == [timedelta(hours=23)]
    autumn = datetime(2026, 11, 1, tzinfo=NEW_YORK)
    until = datetime(2026, 11, 2, tzinfo=NEW_YORK)
    assert [stretch.length for stretch in stretches([ALL_DAY], [], autumn, until, NEW_YORK)] == [timedelta(hours=25)]


def test_nothing_is_missing_where_nobody_is_wanted() -> None:
    assert shown([], [Presence("Vee", there(6, 18), there(6, 23))]) == []
    assert all(stretch.missing == 1 for stretch in stretches([NIGHTS], [], there(6, 0), there(7, 0), NEW_YORK))
