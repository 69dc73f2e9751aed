"""Shifts by the clock: planned hour by hour, reminded of, and told to the leads when nobody takes one."""

from __future__ import annotations

from checkin.outbox.jobs import Claimed, Handler
from checkin.relays import queries as relay_queries
from checkin.runtime import Runtime
from checkin.volunteers import number_alerts, shift_gaps, shift_reminders, shift_turns


def plan_shifts(runtime: Runtime, row: Claimed) -> str:
    """Plan the next times on shift. The next hour is seen to first: what fails now is done then."""
    runtime.do(shift_turns.keep_planning)
    return f"done: {runtime.do(shift_turns.plan)} planned"


def shift_reminder(runtime: Runtime, row: Claimed) -> str:
    """Remind a volunteer of one time on shift."""
    return runtime.do(lambda work: shift_reminders.remind(work, row.about_id, relay_queries.is_texting))


def shift_gap(runtime: Runtime, row: Claimed) -> str:
    """Nobody has taken a shift yet."""
    return runtime.do(lambda work: shift_gaps.tell_leads(work, row.about_id))


def bad_number(runtime: Runtime, row: Claimed) -> str:
    """A volunteer's phone could not be reached too often."""
    return runtime.do(lambda work: number_alerts.tell_leads(work, row.about_id))


HANDLERS: dict[str, Handler] = {
    "plan_shifts": plan_shifts,
    "shift_reminder": shift_reminder,
    "shift_gap": shift_gap,
    "bad_number": bad_number,
}
