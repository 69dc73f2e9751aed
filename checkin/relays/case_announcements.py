"""What was left for the team is announced, and announced again; what was claimed and forgotten goes back to others."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkin.cases import alarms
from checkin.cases import service as cases
from checkin.cases.by_text import what
from checkin.cases.models import Case
from checkin.cases.service import THE_LINE
from checkin.contacts.models import Contact
from checkin.core.unit_of_work import Work
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
"""A case that nobody has claimed is announced this often, four hours apart; then it is for the organisers' list."""

SETTLED_IN = timedelta(minutes=2)
"""How long after a shift began its volunteers are told what waits for them."""

STALE_AFTER = timedelta(hours=24)


def watch(work: Work, case_id: str, turn: int) -> Outcome:
    """Time has passed: announce what nobody claimed; give back what was claimed and not closed for a day.

    One chain of rows watches a case until it is closed. `turn` counts how often it was announced.
    """
    case = work.session.get(Case, case_id)
    if case is None or case.state == "closed":
        return Skipped("closed")
    contact = work.session.get(Contact, case.contact_id)
    if contact is None:
        return Skipped("forgotten")
    if case.state == "claimed":
        return _release(work, case, contact)
    if turn >= ANNOUNCED:
        outbox.later(work, "case_watch", case.id, work.now + STALE_AFTER, turn=turn)
        return Done("announced often enough, it stands on the organizers' list")
    _announce(work, case, contact, "cases.again" if turn else "cases.announce")
    outbox.later(work, "case_watch", case.id, _look_again(work, case), turn=turn + 1)
    return Done()


def _release(work: Work, case: Case, contact: Contact) -> Outcome:
    """Back to the others, if it has been still for long; else look again when it would be."""
    assert case.claimed_at is not None
    if work.now - case.claimed_at < STALE_AFTER:
        outbox.later(work, "case_watch", case.id, case.claimed_at + STALE_AFTER, turn=1)
        return Done("still fresh")
    volunteer = work.session.get(Volunteer, case.claimed_by)
    if volunteer is not None:
        messages.send(
            work,
            line=case.line,
            volunteer=volunteer,
            body=say(work, volunteer, "cases.stale", number=case.number),
            kind="notice",
        )
    cases.release(work, case, THE_LINE)
    _announce(work, case, contact, "cases.again")
    outbox.later(work, "case_watch", case.id, work.now + AGAIN_AFTER, turn=1)
    return Done("given back")


def _look_again(work: Work, case: Case) -> datetime:
    """When those on duty are told again: as the next shift begins, or after some hours, whichever comes first."""
    begins, later = duty.next_shift(work, case.line), work.now + AGAIN_AFTER
    return later if begins is None else min(later, begins + SETTLED_IN)


def _announce(work: Work, case: Case, contact: Contact, words: str) -> None:
    """A text to every lead, and to everyone on duty who takes texts and speaks the contact's language."""
    everyone = candidates(work.session, case.line, "text", work.now, work.policy(case.line), contact_id=contact.id)
    need = Need(case.line, "text", contact.language, contact_key=contact.number_key)
    on_duty = order((one.candidate for one in everyone), need, work.now, work.policy(case.line)).chosen
    people = {one.volunteer.id: one.volunteer for one in everyone if one.volunteer.id in on_duty}
    people |= {one.id: one for one in leads(work.session, case.line)}
    waits = alarms.is_known_of(work, contact, case.id)
    for volunteer in people.values():
        body = say(work, volunteer, words, number=case.number, alias=contact.alias, what=what(work, volunteer, case))
        messages.send(work, line=case.line, volunteer=volunteer, body=body, kind="alert", waits=waits)
