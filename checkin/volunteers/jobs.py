"""Shifts by the clock: planned hour by hour, reminded of, and told to the leads when nobody takes one."""

from __future__ import annotations

from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.outbox.outcomes import Done
from checkin.runtime import Runtime
from checkin.volunteers import number_alerts, shift_gaps, shift_occurrences


def _plan_shifts(uow: UnitOfWork, _row: Claimed) -> None:
    shift_occurrences.keep_planning(uow)


def _planned(runtime: Runtime, _request: None) -> int:
    return runtime.do(shift_occurrences.plan)


PLAN_SHIFTS = Steps(_plan_shifts, _planned, lambda _work, _row, _request, count: Done(f"{count} planned"))
"""Plan the next times on shift. The next hour is seen to first: what fails now is done then."""

SHIFT_GAP: Local = Steps(lambda uow, row: shift_gaps.tell_leads(uow, row.about_id))
"""Nobody has taken a shift yet."""

BAD_NUMBER: Local = Steps(lambda uow, row: number_alerts.tell_leads(uow, row.about_id))
"""A volunteer's phone could not be reached too often."""
