"""How often leads are texted about one thing, and who counts as out of reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkin.cases.rules import AGAIN_AFTER, FRESH, are_told, in_danger
from checkin.volunteers.rules.reach import FAIL, why_unreached
from tests.cast import MONDAY_NOON

MINUTE = timedelta(minutes=1)


def test_at_once_at_the_second_then_hourly() -> None:
    told_at, told = None, []
    for count in range(1, 26):  # twenty-five texts, ten minutes between each
        now = MONDAY_NOON + count * 10 * MINUTE
        if are_told(count, told_at, now):
            told_at = now
            told.append(count)
    assert told == [1, 2, 8, 14, 20]


def test_nothing_that_happened_is_no_reason() -> None:
    with pytest.raises(ValueError, match="count from 1"):
        are_told(0, None, MONDAY_NOON)


def test_the_hour_counts_from_the_last_text() -> None:
    assert not are_told(7, MONDAY_NOON, MONDAY_NOON + AGAIN_AFTER - MINUTE)
    assert are_told(7, MONDAY_NOON, MONDAY_NOON + AGAIN_AFTER)


def test_a_sign_of_danger_is_fresh_for_a_day() -> None:
    assert not in_danger(None, MONDAY_NOON)
    assert in_danger(MONDAY_NOON, MONDAY_NOON + FRESH - MINUTE)
    assert not in_danger(MONDAY_NOON, MONDAY_NOON + FRESH)


@pytest.mark.parametrize(
    ("stopped", "texts", "calls", "why"),
    [
        (False, 0, 0, None),
        (False, FAIL - 1, 4, None),
        (False, FAIL, 0, "texts fail"),
        (False, 0, 5, "bad number"),
        (True, FAIL, 5, "stopped"),
    ],
)
def test_why_somebody_is_out_of_reach(stopped: bool, texts: int, calls: int, why: str | None) -> None:
    found = why_unreached(stopped=stopped, by_network=False, texts_failed=texts, calls_failed=calls, bad_after=5)
    assert found == why


def test_whom_the_network_says_to_have_stopped_can_still_be_called():
    for calls in (0, 5):
        found = why_unreached(stopped=True, by_network=True, texts_failed=0, calls_failed=calls, bad_after=5)
        assert found == "texts fail"
