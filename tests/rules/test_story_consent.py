"""A year of a teller's yes, walked through as the clock would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.stories.rules import ERASE_AFTER, REMIND_AFTER, REST_AFTER, ConsentStanding, consent_step

TOLD = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


def test_a_silent_teller_is_asked_reminded_and_then_left_in_peace() -> None:
    standing, now, walked = ConsentStanding(TOLD), TOLD, []
    while True:
        found = consent_step(standing, YEAR, now)
        walked.append((found.step, (now - TOLD).days))
        match found.step:
            case "ask":
                standing = replace(standing, asked_at=now)
            case "remind":
                standing = replace(standing, reminded_at=now)
            case "rest":
                standing = replace(standing, resting=True)
        if found.look_at is None:
            break
        assert found.look_at > now
        now = found.look_at
    assert [item for item in walked if item[0] != "wait"] == [
        ("ask", 365), ("remind", 379), ("rest", 395), ("erase", 485),
    ]  # fmt: skip


def test_nobody_is_asked_before_the_year_is_over() -> None:
    found = consent_step(ConsentStanding(TOLD), YEAR, TOLD + timedelta(days=364))
    assert (found.step, found.look_at) == ("wait", TOLD + YEAR)


def test_a_clock_that_was_away_for_months_still_asks_and_waits_before_anything_is_erased() -> None:
    late = TOLD + YEAR + timedelta(days=200)
    assert consent_step(ConsentStanding(TOLD), YEAR, late).step == "ask"
    asked = ConsentStanding(TOLD, asked_at=late - ERASE_AFTER)
    found = consent_step(asked, YEAR, late)
    assert found.step == "rest"
    assert found.look_at is not None
    assert found.look_at >= late + timedelta(days=7)


@pytest.mark.parametrize("days", [0, 13, 20, 29])
def test_a_story_is_heard_while_its_teller_may_still_answer(days: int) -> None:
    asked = TOLD + YEAR
    assert consent_step(ConsentStanding(TOLD, asked_at=asked), YEAR, asked + timedelta(days=days)).step in (
        "wait",
        "remind",
    )


@given(st.integers(0, 900), st.booleans())
def test_nothing_is_erased_that_did_not_rest_first(days: int, reminded: bool) -> None:
    asked = TOLD + YEAR
    standing = ConsentStanding(TOLD, asked, asked + REMIND_AFTER if reminded else None)
    found = consent_step(standing, YEAR, asked + timedelta(days=days))
    assert found.step != "erase"
    assert (found.step == "rest") == (timedelta(days=days) >= REST_AFTER)
