"""Which times on shift come soon: a row for each, and for when its volunteer is to be reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from checkin.core.rules.zones import zone
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import Work
from checkin.outbox import outbox
from checkin.volunteers import shift_queries as rows
from checkin.volunteers.models import Shift, ShiftTurn
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shift_reminders, shifts

PLAN_EVERY = timedelta(hours=1)
AHEAD = timedelta(hours=48)
"""How far ahead turns have rows: the first reminder of a night shift comes up to 28 hours before it."""


def keep_planning(work: Work) -> None:
    """See to it that the next hour plans again, whatever becomes of this one."""
    at = work.now.replace(minute=0, second=0, microsecond=0) + PLAN_EVERY
    key = f"plan_shifts:{at:%Y-%m-%dT%H}"
    if not rows.is_pending(work.session, key):
        outbox.later(work, "plan_shifts", "shifts", at, unique_key=key)


def plan(work: Work) -> int:
    """Rows for all times on shift that come soon and have none. Answers how many there were."""
    return _plan(work, rows.rota(work.session))


def plan_again(work: Work, shift: Shift) -> None:
    """After a shift was written or changed: rows for its next times, and none for those that fell out."""
    work.session.flush()
    rule = as_rule(shift)
    for turn in rows.coming(work.session, shift.id, work.now):
        found = shifts.on_shift(rule, turn.starts_at)
        stands = found is not None and found.start == turn.starts_at
        if turn.state in rows.HELD and not stands:
            outbox.drop(work, turn.id)
            work.session.delete(turn)
        elif turn.state == "gap" and stands and turn.answered_at is not None:
            rows.change(work.session, turn.id, ("gap",), state="planned")  # they said no, an organiser says yes
    _plan(work, [shift])
    keep_planning(work)


def plan_one(work: Work, shift: Shift, one: shifts.Occurrence) -> None:
    """A row for one time, however far ahead: its volunteer says now that they cannot come."""
    _write(work, [shift], [_values(work, shift, one)])


def _plan(work: Work, rota: Iterable[Shift]) -> int:
    rota = list(rota)
    return _write(work, rota, [_values(work, shift, one) for shift in rota for one in _soon(work, shift)])


def _write(work: Work, rota: Iterable[Shift], coming: list[dict[str, Any]]) -> int:
    added = insert_new(work.session, ShiftTurn, sorted(coming, key=lambda one: (one["shift_id"], one["starts_at"])))
    zones = {shift.id: shift.time_zone for shift in rota}
    days, hours = shift_reminders.lengths(_ahead(work))
    for turn in added:
        if days is not None and turn.starts_at - work.now > shift_reminders.CLOSE:
            first = shift_reminders.day_before(turn.starts_at, zone(zones[turn.shift_id]), days)
            outbox.later(work, "shift_reminder", turn.id, max(first, work.now))
        if hours is not None:
            second = shift_reminders.hour_before(turn.starts_at, hours)
            outbox.later(work, "shift_reminder", turn.id, max(second, work.now))
    return len(added)


def _ahead(work: Work) -> tuple[timedelta, ...]:
    """How long before a shift plans.yaml has its volunteer reminded; the usual where it says nothing of shifts."""
    return next((plan.ahead for plan in work.library.plans.values() if plan.begins == "shift"), shift_reminders.USUAL)


def _soon(work: Work, shift: Shift) -> list[shifts.Occurrence]:
    found = shifts.next_times([as_rule(shift)], work.now, 1 + 2 * AHEAD.days)
    return [one for one in found if work.now < one.start < work.now + AHEAD]


def _values(work: Work, shift: Shift, one: shifts.Occurrence) -> dict[str, Any]:
    return {
        "id": work.new_id(),
        "line": shift.line,
        "shift_id": shift.id,
        "volunteer_id": shift.volunteer_id,
        "starts_at": one.start,
        "ends_at": one.end,
        "state": "planned",
        "asked": [],
        "created_at": work.now,
    }
