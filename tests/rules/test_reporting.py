"""What a report counts: shares, middles and tails, hours of the week, and small numbers that are kept back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from checkin.rules import reporting
from checkin.rules.reporting import Asked

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday


def asked(state: str, waited: float | None = None, lasted: float = 60) -> Asked:
    joined = None if waited is None else NOON + timedelta(seconds=waited)
    return Asked(NOON, joined, NOON + timedelta(seconds=(waited or 0) + lasted), state)


def test_reached_is_of_those_whose_asking_is_over() -> None:
    came = reporting.reached([asked("joined", 5), asked("ended", 9), asked("left"), asked("unanswered"), asked("open")])
    assert (came.asked, came.joined, came.left, came.unanswered, came.waiting) == (5, 2, 1, 1, 1)
    assert came.share == 0.5
    assert reporting.reached([asked("open")]).share is None


@pytest.mark.parametrize(
    ("values", "share", "is_"), [([], 0.5, None), ([7], 0.9, 7), ([3, 1, 2], 0.5, 2), (range(1, 101), 0.9, 90)]
)
def test_the_middle_and_the_tail(values: list[float], share: float, is_: float | None) -> None:
    assert reporting.percentile(values, share) == is_


def test_who_hung_up_is_counted_by_how_long_they_had_waited() -> None:
    left = [asked("left", lasted=seconds) for seconds in (0, 9.9, 10, 119, 120, 4000)]
    counts = reporting.left_after([*left, asked("ended", 5), asked("unanswered", lasted=15)])
    assert counts == [2, 1, 0, 0, 0, 1, 2]


def test_hours_are_those_of_the_lines_clock() -> None:
    late = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # Sunday evening in Chicago
    counts = reporting.by_hour([late], ZoneInfo("America/Chicago"))
    assert counts[6][20] == 1
    assert sum(map(sum, counts)) == 1


@pytest.mark.parametrize(("count", "is_"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_small_numbers_are_kept_back_when_they_are_shared(count: int, is_: int | None) -> None:
    assert reporting.shown(count, shared=True) == is_
    assert reporting.shown(count, shared=False) == count


def test_a_talk_that_goes_on_has_no_length_yet() -> None:
    assert Asked(NOON, NOON, None, "joined").talked == timedelta()
    assert asked("ended", 5, lasted=90).talked == timedelta(seconds=90)
