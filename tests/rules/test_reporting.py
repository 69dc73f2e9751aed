"""What a report counts: shares, middles and tails, hours of the week, and small numbers that are kept back."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from checkin.web.rules import reporting
from checkin.web.rules.reporting import PeerRequest


def asked(state: str, waited: int | None = None, lasted: int = 60, times: int = 1) -> PeerRequest:
    return PeerRequest(state, waited is not None, lasted if waited is None else waited, times)


def test_reached_is_of_those_whose_asking_is_over() -> None:
    came = reporting.reached([asked("joined", 5), asked("ended", 9), asked("left"), asked("unanswered"), asked("open")])
    assert (came.asked, came.joined, came.left, came.unanswered, came.waiting) == (5, 2, 1, 1, 1)
    assert came.share == 0.5
    assert reporting.reached([asked("open")]).share is None
    assert reporting.reached([asked("ended", 5, times=3), asked("left", times=2)]).share == 0.6


@pytest.mark.parametrize(
    ("values", "share", "is_"), [([], 0.5, None), ([7], 0.9, 7), ([3, 1, 2], 0.5, 2), (range(1, 101), 0.9, 90)]
)
def test_the_middle_and_the_tail(values: list[float], share: float, is_: float | None) -> None:
    assert reporting.percentile([(value, 1) for value in values], share) == is_
    assert reporting.percentile([(value, 3) for value in values], share) == is_


def test_the_wait_of_many_counts_as_often_as_they_are() -> None:
    waits = reporting.waits([asked("ended", 5, times=1), asked("ended", 60, times=9), asked("left", times=50)])
    assert reporting.percentile(waits, 0.5) == 60
    assert reporting.percentile(waits, 0.1) == 5


def test_who_hung_up_is_counted_by_how_long_they_had_waited() -> None:
    left = [asked("left", lasted=seconds) for seconds in (0, 9, 10, 119, 120, 4000)]
    counts = reporting.left_after(
        [*left, asked("left", lasted=30, times=4), asked("ended", 5), asked("unanswered", lasted=15)]
    )
    assert counts == [2, 1, 0, 4, 0, 1, 2]


def test_hours_are_those_of_the_lines_clock() -> None:
    late = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # Sunday evening in Chicago
    counts = reporting.by_hour([(late, 2)], ZoneInfo("America/Chicago"))
    assert counts[6][20] == 2
    assert sum(map(sum, counts)) == 2


@pytest.mark.parametrize(("count", "is_"), [(0, 0), (1, None), (4, None), (5, 5)])
def test_small_numbers_are_kept_back_when_they_are_shared(count: int, is_: int | None) -> None:
    assert reporting.shown(count, shared=True) == is_
    assert reporting.shown(count, shared=False) == count
