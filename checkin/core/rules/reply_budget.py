"""How many answers one number gets, so that two robots never talk all night. Everything is stored all the same.

A crisis text is sent whatever the line's budget says; that is for the service to keep. One thing bounds it: `DEAR`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal


@dataclass(frozen=True)
class Budget:
    """Answers to one number: `burst` within `burst_window`, `daily` in a day (UTC), `same` to one text in a row.

    Of texts longer than a word or two; of keys and menu words `short` times as many.
    """

    burst: int = 10
    burst_window: timedelta = timedelta(minutes=10)
    daily: int = 30
    same: int = 5
    short: Literal[1, 4] = 4


_NO_END = 1_000_000

HIGH_COST = Budget(burst=_NO_END, daily=10, same=_NO_END, short=1)
"""Answers to a number that the line does not write to (satellite, paid, another country): ten a day, of any length, to
signs of danger and to the words that are always obeyed, which are all that is answered there. Ten are enough to find
help by; each may cost as much as a hundred others, and strangers make money with whoever answers such numbers.
"""


@dataclass(frozen=True)
class Spent:
    """What one number has been answered so far, in quarters of a long text. `day` is YYYY-MM-DD."""

    burst: int = 0
    burst_since: datetime | None = None
    today: int = 0
    day: str | None = None
    same: int = 0


@dataclass(frozen=True)
class BudgetVerdict:
    """Whether to answer. If not: why, and whether this is the first that goes unanswered (time to tell a person).

    over: how many times the budget was spent.
    """

    answer: bool
    spent: Spent
    reason: str = ""
    first: bool = False
    over: float = 0.0


# Menu words and keys come again and again from real people ("1", "NEXT", "ANOTHER"); a robot's echo is longer. So a
# short text costs a quarter of a long one.
_WORD = 12
_LONG = 4


def spend(spent: Spent, budget: Budget, now: datetime, text: str, same_as_last: bool) -> BudgetVerdict:
    """Whether this text is answered, and what has been spent then.

    text: what they sent (only its length counts). same_as_last: whether they sent the very same before it.
    """
    spent = _rolled(spent, budget, now)
    long = len(text.strip()) > _WORD
    cost = _LONG if long else _LONG // budget.short
    repeats = spent.same + 1 if same_as_last and long else 0
    spent = replace(spent, burst=spent.burst + cost, today=spent.today + cost, same=repeats)
    counted = (
        (spent.same, budget.same, 1, "the same text again and again"),
        (spent.burst, budget.burst * _LONG, cost, _many(budget.burst, f"{budget.burst_window.seconds // 60} minutes")),
        (spent.today, budget.daily * _LONG, cost, _many(budget.daily, "a day")),
    )
    first = all(count - step <= limit for count, limit, step, _ in counted)
    for count, limit, _, reason in counted:
        if count > limit:
            return BudgetVerdict(False, spent, reason, first=first, over=count / limit)
    return BudgetVerdict(True, spent)


def _many(texts: int, time: str) -> str:
    return f"more than {texts} texts in {time}"


def _rolled(spent: Spent, budget: Budget, now: datetime) -> Spent:
    """The counters, begun anew where their time has passed."""
    if spent.burst_since is None or now - spent.burst_since >= budget.burst_window:
        spent = replace(spent, burst=0, burst_since=now)
    today = now.date().isoformat()
    return spent if spent.day == today else replace(spent, today=0, day=today)
