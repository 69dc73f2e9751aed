"""How often volunteers are rung for one caller, so that nobody keeps the phones of a team ringing by redialing."""

from __future__ import annotations

from dataclasses import dataclass

IN_DANGER = 3
"""How many times the budget somebody has who says on the call that they are in danger: they would redial, too."""


@dataclass(frozen=True)
class CallBudget:
    """Waits for a volunteer of one number, in ten minutes and in a day; and of all withheld callers of a line together.

    Whoever has waited five times in ten minutes has let phones ring in vain, or hung up on who came.
    """

    burst: int = 5
    daily: int = 15
    withheld_burst: int = 20
    withheld_daily: int = 60


def over(budget: CallBudget, recent: int, today: int, *, withheld: bool, danger: bool) -> str | None:
    """Why nobody is rung for a caller now, in words for the team; None: phones may ring.

    recent, today: waits so far, in the last ten minutes and in the last 24 hours.
    """
    burst, daily = (budget.withheld_burst, budget.withheld_daily) if withheld else (budget.burst, budget.daily)
    times = IN_DANGER if danger else 1
    for waits, most, time in ((recent, burst * times, "10 minutes"), (today, daily * times, "a day")):
        if waits >= most:
            return f"{most} waits in {time}"
    return None
