"""What volunteers read about a time on shift, on their own clock: reminders, gaps, and who took them."""

from __future__ import annotations

from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, times
from checkin.volunteers.models import ShiftOccurrence, Volunteer
from checkin.volunteers.rules.shifts import Occurrence


def of_turn(uow: UnitOfWork, volunteer: Volunteer, key: str, turn: ShiftOccurrence, /, **values: object) -> str:
    """A text about this turn: when it is, and its gap, are filled in."""
    when = times(uow, volunteer, [Occurrence(turn.starts_at, turn.ends_at)], zone(volunteer.time_zone))
    return say(uow, volunteer, key, when=when, gap=turn.gap, **values)


def reminder(
    uow: UnitOfWork, volunteer: Volunteer, turn: ShiftOccurrence, line: str, *, soon: bool, texting: bool
) -> str:
    """The reminder of a turn. texting: they are joined with a contact by text, who would get a plain YES."""
    key = "shifts.hour_before" if soon else "shifts.day_before"
    key = "shifts.hour_confirmed" if soon and turn.state == "confirmed" else key
    yes = say(uow, volunteer, "shifts.yes_texting" if texting else "shifts.yes")
    no = say(uow, volunteer, "shifts.no_texting" if texting else "shifts.no")
    return of_turn(uow, volunteer, key, turn, line=line, yes=yes, no=no)
