"""By day on their own clock, in the evening while volunteers are wanted, or in the hours that they chose."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from checkin.cases.rules import DAY, hours, may_answer
from checkin.core.rules.coverage import WantedCover

EVERY_DAY = frozenset(range(7))
NEW_YORK, HONOLULU = "America/New_York", "Pacific/Honolulu"


def wanted(begins: int, ends: int, days: frozenset[int] = EVERY_DAY) -> WantedCover:
    return WantedCover(days, time(begins), time(ends), 1)


@pytest.mark.parametrize(
    ("cover", "closes"),
    [
        ([], time(21)),
        ([wanted(9, 17)], time(21)),
        ([wanted(16, 22)], time(22)),
        ([wanted(18, 0)], time(0)),
        ([wanted(22, 6)], time(0)),  # nobody is called after midnight because somebody is there to pick up
        ([wanted(0, 0)], time(0)),
        ([wanted(16, 22, frozenset({5}))], time(21)),  # on another day
        ([wanted(16, 22), wanted(17, 23)], time(23)),
    ],
)
def test_the_day_lasts_as_long_as_volunteers_are_wanted(cover: list[WantedCover], closes: time) -> None:
    found = hours(0, None, cover)
    assert (found.opens, found.closes) == (time(8), closes)


def test_what_they_chose_counts_and_nothing_else() -> None:
    assert str(hours(0, "17:00-21:00", [wanted(16, 23)])) == "17:00-21:00"
    assert hours(0, "17:00-17:30", []) == DAY, "too short to be hours"


def test_it_is_right_only_when_it_is_right_everywhere() -> None:
    ten_in_new_york = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
    assert may_answer(ten_in_new_york, [NEW_YORK], None, [])
    assert not may_answer(ten_in_new_york, [NEW_YORK, HONOLULU], None, [])
    assert not may_answer(ten_in_new_york.replace(hour=5), [NEW_YORK], None, [wanted(0, 0)])
