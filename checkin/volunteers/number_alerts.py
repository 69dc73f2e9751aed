"""The leads hear once of a volunteer's phone that was left out, and of a lead whom nothing reaches any more."""

from __future__ import annotations

from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.volunteers import alert_texts, alerts, reach
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads


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
            away = alert_texts.lead_away(uow, lead, name, why) if why is not None else ""
            words = say(uow, lead, "shifts.bad_number", name=name, count=volunteer.failures) if aside else away
            messages.send(uow, line=volunteer.line, volunteer=lead, body=words, kind="alert")
    return Done()
