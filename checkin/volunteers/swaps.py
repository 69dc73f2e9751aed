"""Swapping a time on shift by the page: offering it to others at any time, and taking it back."""

from __future__ import annotations

from datetime import datetime

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.volunteers import shift_gaps, shift_occurrences
from checkin.volunteers import shift_queries as rows
from checkin.volunteers.models import Shift, Volunteer
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shifts as rules
from checkin.volunteers.shift_queries import HELD, PlannedShift

LONGEST_AHEAD = 60
"""So many times of one shift are looked at: the page shows far fewer."""


def offer(uow: UnitOfWork, shift: Shift, starts_at: datetime) -> None:
    """Offer one time of this shift to others. Saying it again changes nothing. Raises UserError."""
    times = rules.next_times([as_rule(shift)], uow.now, LONGEST_AHEAD)
    found = next((time for time in times if time.start == starts_at), None)
    turn = rows.of_start(uow.session, shift.id, starts_at)
    if turn is None:
        if found is None:
            raise UserError("you aren't on shift then")
        shift_occurrences.plan_one(uow, shift, found)
        turn = rows.of_start(uow.session, shift.id, starts_at)
    assert turn is not None, "it was written just now"
    if turn.row.ends_at <= uow.now:
        raise UserError("that time has passed")
    if turn.row.state in HELD:
        shift_gaps.open_gap(uow, turn, said=True)


def confirm(uow: UnitOfWork, turn: PlannedShift) -> None:
    """They come to this one. Raises UserError: somebody else has it by now."""
    if turn.row.state == "gap":
        take_back(uow, turn)
    elif not rows.change(uow.session, turn.row.id, HELD, state="confirmed", answered_at=uow.now):
        raise UserError("someone has already taken it")


def take_back(uow: UnitOfWork, turn: PlannedShift) -> None:
    """They come after all. Raises UserError: somebody else has it by now."""
    shift_gaps.take_back(uow, turn)
    uow.session.refresh(turn.row)
    if turn.row.state not in HELD:
        raise UserError("someone has already taken it")


def take(uow: UnitOfWork, volunteer: Volunteer, gap: int) -> None:
    """Take over somebody else's time. Raises UserError with what is said by text when it cannot be."""
    said = shift_gaps.take(uow, volunteer, gap)
    turn = rows.of_gap(uow.session, volunteer.line, gap)
    theirs = turn is not None and turn.row.taken_by == volunteer.id
    back = turn is not None and turn.row.volunteer_id == volunteer.id and turn.row.state in HELD
    if not theirs and not back:
        raise UserError.of(said)
