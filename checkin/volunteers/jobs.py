"""Shifts by the clock: planned hour by hour, reminded of, and told to the leads when nobody takes one."""

from __future__ import annotations

from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers import alerts, reach, shift_gaps, shift_occurrences
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads


def _plan_shifts(uow: UnitOfWork, _row: Claimed) -> None:
    shift_occurrences.keep_planning(uow)


PLAN_SHIFTS: Steps[None, int] = Steps(
    _plan_shifts,
    lambda runtime, _request: runtime.do(shift_occurrences.plan),
    lambda _work, _row, _request, count: Done(f"{count} planned"),
)
"""Plan the next times on shift. The next hour is seen to first: what fails now is done then."""

SHIFT_GAP: Local = Steps(lambda uow, row: shift_gaps.tell_leads(uow, row.about_id))
"""Nobody has taken a shift yet."""

BAD_NUMBER: Local = Steps(lambda uow, row: tell_leads(uow, row.about_id))
"""A volunteer's phone could not be reached too often."""


def tell_leads(uow: UnitOfWork, volunteer_id: str) -> Outcome:
    """Tell the leads that this number is left out, or that this lead is away. Answers how it went."""
    volunteer = uow.session.get(Volunteer, volunteer_id)
    if volunteer is None or volunteer.state != "active":
        return Skipped("they left")
    aside, why = volunteer.failures >= uow.policy(volunteer.line).bad_number_after, reach.why_unreached(uow, volunteer)
    if not aside and (why is None or not volunteer.lead):
        return Skipped("put right already")
    if aside:
        alerts.put_up(uow, volunteer.line, "bad_number", "a volunteer's phone", volunteer=volunteer)
    else:
        alerts.put_up(uow, volunteer.line, reach.LEAD_AWAY, str(why), volunteer=volunteer)
    name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted)
    for lead in leads(uow.session, volunteer.line):
        if lead.id != volunteer.id:
            away = alerts.text_of_lead_away(uow, lead, name, why) if why is not None else ""
            words = say(uow, lead, "shifts.bad_number", name=name, count=volunteer.failures) if aside else away
            messages.send(uow, line=volunteer.line, volunteer=lead, body=words, kind="alert")
    return Done()
