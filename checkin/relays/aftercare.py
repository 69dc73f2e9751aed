"""After a relay: the volunteer rests, and is asked how they are."""

from __future__ import annotations

from datetime import timedelta

from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.volunteers import alerts
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads

ANSWER_WITHIN = timedelta(hours=12)
"""A bare 1, 2 or 3 that comes later means something else."""

ANSWERS = {
    **dict.fromkeys(("1", "fine", "bien"), "fine"),
    **dict.fromkeys(("2", "tough", "dura", "duro"), "tough"),
    **dict.fromkeys(("3", "call me", "llamenme", "llámenme"), "call"),
}


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


def is_answer(body: str) -> bool:
    """Whether this can be an answer to "how are you after that one?"."""
    return _meant(body) is not None


def answered(uow: UnitOfWork, volunteer: Volunteer, body: str) -> str | None:
    """Their answer to "how are you after that one?", and what they are told. None: it is no such answer.

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


def _meant(body: str) -> str | None:
    return ANSWERS.get(body.strip().strip(".!").casefold())


def tell_leads(uow: UnitOfWork, volunteer: Volunteer, *, rule: str, key: str) -> None:
    """Ask the other leads to call a volunteer, in the words of this key."""
    alerts.put_up(uow, volunteer.line, "volunteer_call", rule, volunteer=volunteer)
    name = uow.vault.decrypt(volunteer, Volunteer.name_encrypted)
    for lead in leads(uow.session, volunteer.line):
        if lead.id != volunteer.id:
            told = say(uow, lead, key, name=name)
            messages.send(uow, line=volunteer.line, volunteer=lead, body=told, kind="alert")
