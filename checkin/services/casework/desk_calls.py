"""Calling somebody from the desk: the phone of a volunteer rings, and whoever picks it up is joined with them.

Organizers have no phone with us, and contacts see the line's number alone; so one of the team is asked, a lead first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from checkin.core.errors import UserError
from checkin.core.translatable import Translatable
from checkin.models.contacts import Contact
from checkin.models.conversations import Case
from checkin.models.relays import Relay
from checkin.models.volunteers import Volunteer
from checkin.queries import volunteers as rows
from checkin.queries.relays import ALIVE
from checkin.rules import phone
from checkin.services import contacts, preferences
from checkin.services.access.page_sessions import Person
from checkin.services.casework import call_backs, desk
from checkin.services.team import reach, volunteers
from checkin.work import Work


@dataclass(frozen=True)
class Phone:
    """A volunteer whose phone can be rung for it."""

    id: str
    name: str
    lead: bool


def phones(work: Work, line: str) -> Sequence[Phone]:
    """Whose phone can be rung, leads first: two statements at most."""
    there = [
        Phone(one.id, volunteers.name_of(work, one), one.lead)
        for one in rows.active(work.session, line)
        if "voice" in one.channels and reach.why_unreached(work, one) not in ("stopped", "bad number")
    ]
    return sorted(there, key=lambda one: (not one.lead, one.name.casefold()))


def why_no_call(work: Work, contact: Contact | None) -> Translatable | None:
    """Why this contact is not called from here, at whatever hour; None: they may be."""
    number = contacts.number_of(work, contact) if contact is not None else None
    if contact is None or number is None:
        return Translatable("we have no number of theirs: they withheld it, or asked us to forget them")
    if phone.dialable(number, work.policy(contact.line).countries) is not None:
        return Translatable("their number is in a country that the line does not call")
    if not preferences.may_call(work, contact):
        return Translatable("they have not agreed to be called by the line")
    return None


def ring(work: Work, case: Case, volunteer_id: str, who: Person) -> str:
    """Ring this volunteer's phone; when they press 1 the contact is called. The case is theirs from now on. Answers
    their name. Raises UserError: nobody of the team, or the contact may not be called now.
    """
    volunteer = work.session.get(Volunteer, volunteer_id)
    if volunteer is None or volunteer_id not in {one.id for one in phones(work, case.line)}:
        raise UserError("choose whose phone shall ring")
    contact = work.session.get(Contact, case.contact_id) if case.contact_id else None
    if (why := why_no_call(work, contact)) is not None:
        raise UserError.of(why)
    desk.hand_over(work, case, volunteer.id, who)
    said = call_backs.start(work, volunteer, case.number)
    ringing = select(Relay.id).where(Relay.case_id == case.id, ALIVE)
    if work.session.scalar(ringing.limit(1)) is None:
        raise UserError.of(said)
    return volunteers.name_of(work, volunteer)
