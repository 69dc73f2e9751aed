"""What was left for the team is announced, and announced again; what was claimed and forgotten goes back to others."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkin.cases import alarms
from checkin.cases import service as cases
from checkin.cases.by_text import what
from checkin.cases.models import Case
from checkin.cases.service import THE_LINE
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import service as messages
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from checkin.relays.candidates import candidates
from checkin.relays.rules.matching import Need, order
from checkin.volunteers import duty
from checkin.volunteers.models import Volunteer
from checkin.volunteers.queries import leads

AGAIN_AFTER = timedelta(hours=4)
ANNOUNCED = 4
"""A case that nobody has claimed is announced this often, four hours apart; then it is for the organizers' list."""

SETTLED_IN = timedelta(minutes=2)
"""How long after a shift began its volunteers are told what waits for them."""

STALE_AFTER = timedelta(hours=24)


def watch(uow: UnitOfWork, case_id: str, turn: int) -> Outcome:
    """Time has passed: announce what nobody claimed; give back what was claimed and not closed for a day.

    One chain of rows watches a case until it is closed. `turn` counts how often it was announced.
    """
    case = uow.session.get(Case, case_id)
    if case is None or case.state == "closed":
        return Skipped("closed")
    contact = uow.session.get(Contact, case.contact_id)
    if contact is None:
        return Skipped("forgotten")
    if case.state == "claimed":
        return _release(uow, case, contact)
    if turn >= ANNOUNCED:
        outbox.later(uow, "case_watch", case.id, uow.now + STALE_AFTER, turn=turn)
        return Done("announced often enough, it stands on the organizers' list")
    _announce(uow, case, contact, "cases.again" if turn else "cases.announce")
    outbox.later(uow, "case_watch", case.id, _look_again(uow, case), turn=turn + 1)
    return Done()


def _release(uow: UnitOfWork, case: Case, contact: Contact) -> Outcome:
    """Back to the others, if it has been still for long; else look again when it would be."""
    assert case.claimed_at is not None
    if uow.now - case.claimed_at < STALE_AFTER:
        outbox.later(uow, "case_watch", case.id, case.claimed_at + STALE_AFTER, turn=1)
        return Done("still fresh")
    volunteer = uow.session.get(Volunteer, case.claimed_by)
    if volunteer is not None:
        messages.send(
            uow,
            line=case.line,
            volunteer=volunteer,
            body=say(uow, volunteer, "cases.stale", number=case.number),
            kind="notice",
        )
    cases.release(uow, case, THE_LINE)
    _announce(uow, case, contact, "cases.again")
    outbox.later(uow, "case_watch", case.id, uow.now + AGAIN_AFTER, turn=1)
    return Done("given back")


def _look_again(uow: UnitOfWork, case: Case) -> datetime:
    """When those on duty are told again: as the next shift begins, or after some hours, whichever comes first."""
    begins, later = duty.next_shift(uow, case.line), uow.now + AGAIN_AFTER
    return later if begins is None else min(later, begins + SETTLED_IN)


def _announce(uow: UnitOfWork, case: Case, contact: Contact, words: str) -> None:
    """A text to every lead, and to everyone on duty who takes texts and speaks the contact's language."""
    everyone = candidates(uow.session, case.line, "text", uow.now, uow.policy(case.line), contact_id=contact.id)
    need = Need(case.line, "text", contact.language, contact_key=contact.number_key)
    on_duty = order((volunteer.candidate for volunteer in everyone), need, uow.now, uow.policy(case.line)).chosen
    people = {
        candidate.volunteer.id: candidate.volunteer for candidate in everyone if candidate.volunteer.id in on_duty
    }
    people |= {lead.id: lead for lead in leads(uow.session, case.line)}
    waits = alarms.is_known_of(uow, contact, case.id)
    for volunteer in people.values():
        body = say(uow, volunteer, words, number=case.number, alias=contact.alias, what=what(uow, volunteer, case))
        messages.send(uow, line=case.line, volunteer=volunteer, body=body, kind="alert", waits=waits)
