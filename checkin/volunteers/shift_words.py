"""What volunteers read about a time on shift, on their own clock: reminders, gaps, and who took them."""

from __future__ import annotations

from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import Work
from checkin.i18n.say import say, times
from checkin.volunteers.models import ShiftTurn, Volunteer
from checkin.volunteers.rules.shifts import Occurrence


def of_turn(work: Work, volunteer: Volunteer, key: str, turn: ShiftTurn, /, **values: object) -> str:
    """A text about this turn: when it is, and its gap, are filled in."""
    when = times(work, volunteer, [Occurrence(turn.starts_at, turn.ends_at)], zone(volunteer.time_zone))
    return say(work, volunteer, key, when=when, gap=turn.gap, **values)


def reminder(work: Work, volunteer: Volunteer, turn: ShiftTurn, line: str, *, soon: bool, texting: bool) -> str:
    """The reminder of a turn. texting: they are joined with a contact by text, who would get a plain YES."""
    key = "shifts.hour_before" if soon else "shifts.day_before"
    key = "shifts.hour_confirmed" if soon and turn.state == "confirmed" else key
    yes = say(work, volunteer, "shifts.yes_texting" if texting else "shifts.yes")
    no = say(work, volunteer, "shifts.no_texting" if texting else "shifts.no")
    return of_turn(work, volunteer, key, turn, line=line, yes=yes, no=no)
