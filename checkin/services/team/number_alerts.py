"""The leads hear once of a volunteer's phone that was set aside."""

from __future__ import annotations

from checkin.models.conversations import Alert
from checkin.models.volunteers import Volunteer
from checkin.queries.volunteers import leads
from checkin.services import messages
from checkin.services.team.shift_words import say
from checkin.work import Work


def tell_leads(work: Work, volunteer_id: str) -> str:
    """Tell the leads that this number is set aside. Answers how it went."""
    one = work.session.get(Volunteer, volunteer_id)
    if one is None or one.state != "active" or one.failures < work.policy(one.line).bad_number_after:
        return "skipped: put right already"
    work.session.add(
        Alert(id=work.new_id(), line=one.line, kind="bad_number", rule="a volunteer's phone", raised_at=work.now)
    )
    name = work.vault.open(one.name_sealed)
    for lead in leads(work.session, one.line):
        if lead.id != one.id:
            words = say(lead, "bad_number", name=name, count=one.failures)
            messages.send(work, line=one.line, volunteer=lead, body=words, kind="alert")
    return "done"
