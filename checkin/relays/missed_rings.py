"""A volunteer whose phone rings out again and again: somebody asks how they are, once, and they are rung later.

A call that rings out, and one that only a voicemail took, count alike. Any sign of them ends it: a key, a text, a duty
that they change. They are asked by the line and not by a lead: it may be nothing, and they owe nobody a reason.
"""

from __future__ import annotations

from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.relays import aftercare, preview
from checkin.relays.queries import AskedVolunteer
from checkin.volunteers import duty
from checkin.volunteers.models import Volunteer

ANSWERS = {
    **dict.fromkeys(("1", "all is well", "fine", "bien"), "well"),
    **dict.fromkeys(("2", "break", "descanso"), "break"),
    **dict.fromkeys(("3", "call me", "llamenme", "llámenme"), "call"),
}


def rang_out(uow: UnitOfWork, asked: AskedVolunteer) -> None:
    """Their phone rang for a contact who waits, and nobody was there. (A call-back, or a lead's call, is no such.)"""
    volunteer = asked.volunteer
    if volunteer is None or asked.offer.role != "peer" or asked.relay.case_id is not None:
        return
    volunteer.missed += 1
    if volunteer.missed == uow.policy(volunteer.line).missed_calls:
        words = say(uow, volunteer, "relays.missed", line=lines.get(uow, volunteer.line).name, count=volunteer.missed)
        messages.send(uow, line=volunteer.line, volunteer=volunteer, body=words, kind="notice")


def is_there(volunteer: Volunteer | None) -> None:
    """Somebody pressed a key, or wrote: they are rung in their usual place again."""
    if volunteer is not None:
        volunteer.missed = 0


def answered(uow: UnitOfWork, volunteer: Volunteer, body: str) -> str | None:
    """Their answer, and what they are told. None: they were not asked, or it is no such answer."""
    how = ANSWERS.get(body.strip().strip(".!").casefold()) if preview.missed_by(uow, volunteer) else None
    if how == "break":
        duty.go_off(uow, volunteer)
    if how == "call":
        volunteer.off_rotation = True
        aftercare.tell_leads(uow, volunteer, rule="after calls that rang out", key="relays.missed_lead")
    if how is None:
        return None
    return say(uow, volunteer, "relays.care_call" if how == "call" else f"relays.missed_{how}")
