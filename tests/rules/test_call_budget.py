"""How often phones ring for one caller."""

from __future__ import annotations

import pytest

from checkin.core.rules.call_budget import CallBudget, over

BUDGET = CallBudget(burst=5, daily=15, withheld_burst=20, withheld_daily=60)


@pytest.mark.parametrize(
    ("recent", "today", "withheld", "danger", "said"),
    [
        (0, 0, False, False, None),
        (4, 14, False, False, None),
        (5, 5, False, False, "5 waits in 10 minutes"),
        (0, 15, False, False, "15 waits in a day"),
        (19, 59, True, False, None),
        (20, 20, True, False, "20 waits in 10 minutes"),
        (0, 60, True, False, "60 waits in a day"),
        (14, 44, False, True, None),
        (15, 15, False, True, "15 waits in 10 minutes"),
        (59, 59, True, True, None),
        (60, 60, True, True, "60 waits in 10 minutes"),
    ],
)
def test_so_often_and_in_danger_three_times_as_often(
    recent: int, today: int, *, withheld: bool, danger: bool, said: str | None
) -> None:
    assert over(BUDGET, recent, today, withheld=withheld, danger=danger) == said
