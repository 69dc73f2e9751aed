"""The day before a shift and the hour before, its volunteer is asked whether they come: YES or NO."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import service as messages
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers import shift_gaps
from checkin.volunteers import shift_queries as rows
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import as_rule
from checkin.volunteers.rules import shifts
from checkin.volunteers.shift_gaps import of_turn
from checkin.volunteers.shift_queries import HELD, PlannedShift


def remind(uow: UnitOfWork, turn_id: str, is_texting: Callable[[Session, str], bool]) -> Outcome:
    """Remind the volunteer of this turn, each time once; whoever is away is asked nothing, and it becomes a gap.

    is_texting: whether this volunteer texts with a contact, so that a plain YES would go there. Answers how it went.
    """
    turn = rows.of_id(uow.session, turn_id)
    if turn is None or turn.row.state not in HELD:
        return Skipped("not theirs any more")
    if turn.row.starts_at <= uow.now:
        return Skipped("it has begun")
    found = shifts.on_shift(as_rule(turn.shift), turn.row.starts_at)
    if found is None or found.start != turn.row.starts_at:
        uow.session.delete(turn.row)
        return Skipped("not on the schedule any more")
    if shift_gaps.away(uow, turn.volunteer, turn.row):
        shift_gaps.open_gap(uow, turn, said=False)
        return Done("its volunteer is away")
    soon = turn.row.starts_at - uow.now <= shifts.CLOSE
    if not rows.mark(uow.session, turn_id, "hour_reminded_at" if soon else "day_reminded_at", uow.now):
        return Skipped("reminded already")
    words = shift_gaps.reminder_text(
        uow,
        turn.volunteer,
        turn.row,
        lines.get(uow, turn.row.line).name,
        soon=soon,
        texting=is_texting(uow.session, turn.volunteer.id),
    )
    messages.send(uow, line=turn.row.line, volunteer=turn.volunteer, body=words, kind="notice")
    return Done()


def on_answer(uow: UnitOfWork, volunteer: Volunteer, *, yes: bool) -> str | None:
    """YES or NO to the reminder that was sent last, and what they are told. None: they were not reminded of any.

    Both may be said again while it is not too late: NO after YES, and YES after NO until somebody else has it.
    """
    asked = rows.asked_about(uow.session, volunteer.id, uow.now)
    if not asked:
        return None
    turn = max(asked, key=_meant)
    if turn.row.state == "taken":
        return of_turn(uow, volunteer, "shifts.covered", turn.row)
    if yes and turn.row.state == "gap":
        return shift_gaps.take_back(uow, turn)
    if yes:
        rows.change(uow.session, turn.row.id, HELD, state="confirmed", answered_at=uow.now)
        return of_turn(uow, volunteer, "shifts.confirmed", turn.row)
    if turn.row.state == "gap":
        turn.row.answered_at = uow.now
        shift_gaps.let_off(uow, turn)
    else:
        shift_gaps.open_gap(uow, turn, said=True)
    return of_turn(uow, volunteer, "shifts.opened", turn.row)


def _meant(turn: PlannedShift) -> tuple[bool, datetime]:
    """Whichever question is open, the latest of them; with none open, the latest question."""
    times = [at for at in (turn.row.day_reminded_at, turn.row.hour_reminded_at) if at is not None]
    asked = max(times)
    return turn.row.answered_at is None or turn.row.answered_at < asked, asked
