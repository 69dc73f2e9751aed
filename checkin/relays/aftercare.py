"""After a relay: its volunteers read that it is over, whoever was in it rests, and is asked how they are.

So is a volunteer whose phone rings out again and again, once, and they are rung later. A call that rings out, and one
that only a voicemail took, count alike. Any sign of them ends it: a key, a text, a duty that they change. They are
asked by the line and not by a lead: it may be nothing, and they owe nobody a reason.
"""

from __future__ import annotations

from datetime import timedelta

from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.relays.queries import AskedVolunteer
from checkin.volunteers import alerts, duty
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads

ANSWER_WITHIN = timedelta(hours=12)
"""A bare 1, 2 or 3 that comes later means something else."""

AFTER_RELAY = {
    **dict.fromkeys(("1", "fine", "bien"), "fine"),
    **dict.fromkeys(("2", "tough", "dura", "duro"), "tough"),
    **dict.fromkeys(("3", "call me", "llamenme", "llámenme"), "call"),
}
AFTER_MISSED = {
    **dict.fromkeys(("1", "all is well", "fine", "bien"), "well"),
    **dict.fromkeys(("2", "break", "descanso"), "break"),
    **dict.fromkeys(("3", "call me", "llamenme", "llámenme"), "call"),
}


def contact_left(uow: UnitOfWork, relay: Relay, contact: Contact) -> None:
    """The contact has left: the volunteer reads so, and no more than that; a lead beside them too."""
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    if volunteer is not None:
        tell(uow, relay, volunteer, "relays.left", alias=contact.alias)
    over_for_lead(uow, relay, contact)


def over_for_lead(uow: UnitOfWork, relay: Relay, contact: Contact) -> None:
    """A lead who had joined reads that it is finished."""
    lead = uow.session.get(Volunteer, relay.lead_id) if relay.lead_id is not None else None
    if lead is not None and relay.channel == "sms":
        tell(uow, relay, lead, "relays.lead_over", alias=contact.alias)


def tell(uow: UnitOfWork, relay: Relay, volunteer: Volunteer, key: str, **placeholders: object) -> None:
    """A notice to one volunteer about this relay, in their language; `number` is filled in."""
    body = say(uow, volunteer, key, number=relay.number, **placeholders)
    messages.send(uow, line=relay.line, volunteer=volunteer, body=body, kind="notice", relay_id=relay.id)


def rest(uow: UnitOfWork, relay: Relay) -> None:
    """They are not asked again for a while; after a call they get one text. (After a text relay its end asks.)"""
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    if volunteer is None:
        return
    volunteer.last_relay_at = uow.now
    volunteer.rest_until = uow.now + uow.policy(relay.line).rest
    if relay.channel == "voice":
        words = say(uow, volunteer, "relays.care")
        messages.send(uow, line=relay.line, volunteer=volunteer, body=words, kind="notice", relay_id=relay.id)


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


def missed_by(uow: UnitOfWork, volunteer: Volunteer) -> int:
    """How many calls in a row they did not pick up, once they are asked how they are for it; else none."""
    return volunteer.missed if volunteer.missed >= uow.policy(volunteer.line).missed_calls else 0


def answered(uow: UnitOfWork, volunteer: Volunteer, body: str) -> str | None:
    """Their answer to how they are, and what they are told. None: they were not asked, or it is no such answer."""
    return _after_missed(uow, volunteer, body) or after_relay(uow, volunteer, body)


def is_answer(body: str) -> bool:
    """Whether this can be an answer to "how are you doing after that?"."""
    return _meant(body) is not None


def after_relay(uow: UnitOfWork, volunteer: Volunteer, body: str) -> str | None:
    """Their answer to "how are you doing after that?", and what they are told. None: it is no such answer.

    "Call me" alerts the leads and takes them off the rotation until an organizer has spoken with them.
    """
    how = _meant(body)
    if how is None:
        return None
    offer = relay_rows.last_care(uow.session, volunteer.id, uow.now - ANSWER_WITHIN)
    if offer is None:
        return None
    offer.care = how
    if how == "call":
        volunteer.off_rotation = True
        tell_leads(uow, volunteer, rule="after a relay", key="relays.care_lead")
    return say(uow, volunteer, f"relays.care_{how}")


def _after_missed(uow: UnitOfWork, volunteer: Volunteer, body: str) -> str | None:
    """Their answer, and what they are told. None: they were not asked, or it is no such answer."""
    how = AFTER_MISSED.get(body.strip().strip(".!").casefold()) if missed_by(uow, volunteer) else None
    if how == "break":
        duty.go_off(uow, volunteer)
    if how == "call":
        volunteer.off_rotation = True
        tell_leads(uow, volunteer, rule="after calls that rang out", key="relays.missed_lead")
    if how is None:
        return None
    return say(uow, volunteer, "relays.care_call" if how == "call" else f"relays.missed_{how}")


def _meant(body: str) -> str | None:
    return AFTER_RELAY.get(body.strip().strip(".!").casefold())


def tell_leads(uow: UnitOfWork, volunteer: Volunteer, *, rule: str, key: str) -> None:
    """Ask the other leads to call a volunteer, in the words of this key."""
    alerts.put_up(uow, volunteer.line, "volunteer_call", rule, volunteer=volunteer)
    name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted)
    for lead in leads(uow.session, volunteer.line):
        if lead.id != volunteer.id:
            told = say(uow, lead, key, name=name)
            messages.send(uow, line=volunteer.line, volunteer=lead, body=told, kind="alert")
