"""Which times on shift come soon: a row for each, and for when its volunteer is to be reminded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from checkin.core.rules.zones import zone
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.volunteers import shift_queries as rows
from checkin.volunteers.models import Shift, ShiftOccurrence
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shifts

PLAN_EVERY = timedelta(hours=1)
AHEAD = timedelta(hours=48)
"""How far ahead turns have rows: the first reminder of a night shift comes up to 28 hours before it."""


def keep_planning(uow: UnitOfWork) -> None:
    """See to it that the next hour plans again, whatever becomes of this one."""
    at = uow.now.replace(minute=0, second=0, microsecond=0) + PLAN_EVERY
    key = f"plan_shifts:{at:%Y-%m-%dT%H}"
    if not rows.is_pending(uow.session, key):
        outbox.later(uow, "plan_shifts", "shifts", at, unique_key=key)


def plan(uow: UnitOfWork) -> int:
    """Rows for all times on shift that come soon and have none. Answers how many there were."""
    return _plan(uow, rows.schedule(uow.session))


def plan_again(uow: UnitOfWork, shift: Shift) -> None:
    """After a shift was written or changed: rows for its next times, and none for those that fell out."""
    uow.session.flush()
    rule = as_rule(shift)
    for turn in rows.coming(uow.session, shift.id, uow.now):
        found = shifts.on_shift(rule, turn.starts_at)
        stands = found is not None and found.start == turn.starts_at
        if turn.state in rows.HELD and not stands:
            outbox.drop(uow, turn.id)
            uow.session.delete(turn)
        elif turn.state == "gap" and stands and turn.answered_at is not None:
            rows.change(uow.session, turn.id, ("gap",), state="planned")  # they said no, an organizer says yes
    _plan(uow, [shift])
    keep_planning(uow)


def plan_one(uow: UnitOfWork, shift: Shift, occurrence: shifts.Occurrence) -> None:
    """A row for one time, however far ahead: its volunteer says now that they cannot come."""
    _write(uow, [shift], [_values(uow, shift, occurrence)])


def _plan(uow: UnitOfWork, schedule: Iterable[Shift]) -> int:
    schedule = list(schedule)
    return _write(uow, schedule, [_values(uow, shift, span) for shift in schedule for span in _soon(uow, shift)])


def _write(uow: UnitOfWork, schedule: Iterable[Shift], coming: list[dict[str, Any]]) -> int:
    added = insert_new(
        uow.session, ShiftOccurrence, sorted(coming, key=lambda values: (values["shift_id"], values["starts_at"]))
    )
    zones = {shift.id: shift.time_zone for shift in schedule}
    days, hours = shifts.lengths(_ahead(uow))
    for turn in added:
        if days is not None and turn.starts_at - uow.now > shifts.CLOSE:
            first = shifts.day_before(turn.starts_at, zone(zones[turn.shift_id]), days)
            outbox.later(uow, "shift_reminder", turn.id, max(first, uow.now))
        if hours is not None:
            second = shifts.hour_before(turn.starts_at, hours)
            outbox.later(uow, "shift_reminder", turn.id, max(second, uow.now))
    return len(added)


def _ahead(uow: UnitOfWork) -> tuple[timedelta, ...]:
    """How long before a shift plans.yaml has its volunteer reminded; the usual where it says nothing of shifts."""
    return next((plan.ahead for plan in uow.library.plans.values() if plan.begins == "shift"), shifts.USUAL)


def _soon(uow: UnitOfWork, shift: Shift) -> list[shifts.Occurrence]:
    found = shifts.next_times([as_rule(shift)], uow.now, 1 + 2 * AHEAD.days)
    return [span for span in found if uow.now < span.start < uow.now + AHEAD]


def _values(uow: UnitOfWork, shift: Shift, occurrence: shifts.Occurrence) -> dict[str, Any]:
    return {
        "id": uow.new_id(),
        "line": shift.line,
        "shift_id": shift.id,
        "volunteer_id": shift.volunteer_id,
        "starts_at": occurrence.start,
        "ends_at": occurrence.end,
        "state": "planned",
        "asked": [],
        "created_at": uow.now,
    }
