"""What leads read about alerts, each in their own language. Never the words of a contact, never a number."""

from __future__ import annotations

from datetime import datetime

from checkin.contacts import blocked, preferences, shown_numbers
from checkin.contacts.models import Contact
from checkin.core.rules.zones import zone
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import moment, say
from checkin.volunteers.models import Volunteer
from checkin.volunteers.rules.reach import Unreached


def of_contact(uow: UnitOfWork, lead: Volunteer, contact: Contact, kind: str) -> str:
    """What a lead reads about this contact."""
    key = f"alerts.{kind}" if f"alerts.{kind}" in uow.library.team.groups else "alerts.otherwise"
    state = say(uow, lead, f"alert_states.{_state(uow, contact).replace(' ', '_')}")
    return say(uow, lead, key, alias=contact.alias, state=state)


def again(uow: UnitOfWork, lead: Volunteer, words: str, count: int, since: datetime) -> str:
    """The same once more: how often it was, by the lead's own clock."""
    return say(
        uow, lead, "alerts.again", count=count, since=moment(uow, lead, since, zone(lead.time_zone)), words=words
    )


def lead_away(uow: UnitOfWork, lead: Volunteer, name: str, why: Unreached) -> str:
    """What the other leads read of one who cannot be reached."""
    reason = say(uow, lead, f"alert_reasons.{why.replace(' ', '_')}")
    return say(uow, lead, "alerts.lead_away", name=name, why=reason)


def _state(uow: UnitOfWork, contact: Contact) -> str:
    why = shown_numbers.no_texts(uow, contact)
    if why is not None:
        return why
    said = preferences.of(uow, contact)
    if said.asked and not (said.call or said.text):
        return "watched"
    return "blocked" if blocked.is_blocked(uow, contact) else "told"
