"""CLAIM 42, DONE 42: one volunteer takes up what was left for the team, and the others know who has it.

A case that nobody claims is announced again; one that was claimed and then forgotten goes back to the others.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import true, update

from checkin.i18n.say import say
from checkin.models.contacts import Contact
from checkin.models.conversations import Case
from checkin.models.volunteers import Volunteer
from checkin.queries import cases as rows
from checkin.queries.candidates import candidates
from checkin.queries.volunteers import leads
from checkin.rules.matching import Need, order
from checkin.rules.typed_numbers import without_numbers
from checkin.services import messages, outbox, preferences
from checkin.services.casework import case_pictures, cases, inbox, waiting_texts
from checkin.work import Work

AGAIN_AFTER = timedelta(hours=4)
ANNOUNCED = 4
"""A case that nobody has claimed is announced this often, four hours apart; then it is for the organisers' list."""

SETTLED_IN = timedelta(minutes=2)
"""How long after a shift began its volunteers are told what waits for them."""

STALE_AFTER = timedelta(hours=24)
LONGEST_WORDS = 1000

AnswerBy = Literal["call", "text", "either", "none"]


def claim(work: Work, volunteer: Volunteer, number: int) -> str:
    """Take the case up. The first has it; whoever comes later learns who. Answers what the volunteer is told."""
    taken = work.session.scalars(
        update(Case)
        .where(Case.line == volunteer.line, Case.number == number, Case.state == "open")
        .values(state="claimed", claimed_by=volunteer.id, claimed_at=work.now)
        .returning(Case),
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()
    if taken is not None:
        inbox.note(work, taken.id, who(volunteer), "open", "claimed")
        case_pictures.tell(work, volunteer, taken)
    mine = taken or rows.by_number(work.session, volunteer.line, number)
    if mine is None or mine.state != "claimed" or mine.claimed_by != volunteer.id:
        return _not_there(work, volunteer, number, mine)
    return _told(work, volunteer, mine, work.session.get(Contact, mine.contact_id))


def to_answer(work: Work, volunteer: Volunteer, number: int) -> tuple[Case, Contact] | str:
    """A case that this volunteer may call or text back about, claimed first if nobody had; or why not, in words."""
    found = rows.with_contact(work.session, volunteer.line, number)
    if found is None:
        return say(work, volunteer, "cases.unknown", number=number)
    case, contact = found
    if case.state == "open":
        claim(work, volunteer, number)
        case = work.session.get_one(Case, case.id, populate_existing=True)
    if case.state == "closed" or contact is None:
        return say(work, volunteer, "cases.closed", number=number)
    if case.claimed_by != volunteer.id:
        return say(work, volunteer, "cases.not_yours", number=number)
    return case, contact


def who(volunteer: Volunteer) -> str:
    """A volunteer in the audit: our own id of them, which says nothing once they have left the team."""
    return f"volunteer {volunteer.id}"


def done(work: Work, volunteer: Volunteer, number: int) -> str:
    """Close a case that is theirs; a lead closes any."""
    theirs = true() if volunteer.lead else Case.claimed_by == volunteer.id
    closed = work.session.scalars(
        update(Case)
        .where(Case.line == volunteer.line, Case.number == number, Case.state != "closed", theirs)
        .values(state="closed", closed_at=work.now)
        .returning(Case.id),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    if closed is not None:
        inbox.note(work, closed, who(volunteer), None, "closed")
        return say(work, volunteer, "cases.done", number=number)
    case = rows.by_number(work.session, volunteer.line, number)
    if case is None:
        return say(work, volunteer, "cases.unknown", number=number)
    return say(work, volunteer, "cases.closed" if case.state == "closed" else "cases.not_yours", number=number)


def watch(work: Work, case_id: str, turn: int) -> str:
    """Time has passed: announce what nobody claimed; give back what was claimed and not closed for a day.

    One chain of rows watches a case until it is closed. `turn` counts how often it was announced.
    """
    case = work.session.get(Case, case_id)
    if case is None or case.state == "closed":
        return "skipped: closed"
    contact = work.session.get(Contact, case.contact_id)
    if contact is None:
        return "skipped: forgotten"
    if case.state == "claimed":
        return _release(work, case, contact)
    if turn >= ANNOUNCED:
        outbox.later(work, "case_watch", case.id, work.now + STALE_AFTER, turn=turn)
        return "done: announced often enough, it stands on the organizers' list"
    _announce(work, case, contact, "cases.again" if turn else "cases.announce")
    outbox.later(work, "case_watch", case.id, _look_again(work, case), turn=turn + 1)
    return "done"


def answer_by(work: Work, contact: Contact) -> AnswerBy | None:
    """How the contact said that we may answer them; None while they have not been asked."""
    said = preferences.of(work, contact)
    if not said.asked:
        return None
    if said.call:
        return "either" if said.text else "call"
    return "text" if said.text else "none"


def what(work: Work, volunteer: Volunteer, case: Case) -> str:
    """What the case is, in words that follow an alias."""
    kinds = {"message": "cases.message", "answer": "cases.answer"}
    return say(work, volunteer, kinds.get(case.kind, "cases.handover"))


def _release(work: Work, case: Case, contact: Contact) -> str:
    """Back to the others, if it has been still for long; else look again when it would be."""
    assert case.claimed_at is not None
    if work.now - case.claimed_at < STALE_AFTER:
        outbox.later(work, "case_watch", case.id, case.claimed_at + STALE_AFTER, turn=1)
        return "done: still fresh"
    volunteer = work.session.get(Volunteer, case.claimed_by)
    if volunteer is not None:
        messages.send(
            work,
            line=case.line,
            volunteer=volunteer,
            body=say(work, volunteer, "cases.stale", number=case.number),
            kind="notice",
        )
    inbox.note(work, case.id, "the line", "claimed", "open")
    case.state, case.claimed_by, case.claimed_at = "open", None, None
    _announce(work, case, contact, "cases.again")
    outbox.later(work, "case_watch", case.id, work.now + AGAIN_AFTER, turn=1)
    return "done: given back"


def _look_again(work: Work, case: Case) -> datetime:
    """When those on duty are told again: as the next shift begins, or after some hours, whichever comes first."""
    begins, later = waiting_texts.next_shift(work, case.line), work.now + AGAIN_AFTER
    return later if begins is None else min(later, begins + SETTLED_IN)


def _announce(work: Work, case: Case, contact: Contact, key: str) -> None:
    """A text to every lead, and to everyone on duty who takes texts and speaks the contact's language."""
    everyone = candidates(work.session, case.line, "text", work.now, work.policy(case.line), contact_id=contact.id)
    need = Need(case.line, "text", contact.language, contact_key=contact.number_key)
    on_duty = order((one.candidate for one in everyone), need, work.now, work.policy(case.line)).chosen
    people = {one.volunteer.id: one.volunteer for one in everyone if one.volunteer.id in on_duty}
    people |= {one.id: one for one in leads(work.session, case.line)}
    waits = cases.is_known_of(work, contact, case.id)
    for volunteer in people.values():
        body = say(work, volunteer, key, number=case.number, alias=contact.alias, what=what(work, volunteer, case))
        messages.send(work, line=case.line, volunteer=volunteer, body=body, kind="alert", waits=waits)


def _told(work: Work, volunteer: Volunteer, case: Case, contact: Contact | None) -> str:
    words = ""
    if written := work.vault.decrypt(case, Case.words_encrypted):
        kept = without_numbers(written, say(work, volunteer, "relays.number_out"))
        words = say(work, volunteer, "cases.words", words=kept[:LONGEST_WORDS])
        work.known |= {messages.CARRIED: contact} if contact is not None else {}
    elif case.recording_id is not None:
        words = say(work, volunteer, "cases.recorded", number=case.number)
    how = answer_by(work, contact) if contact is not None else "none"
    answer = say(work, volunteer, f"cases.by_{how}", number=case.number) if how is not None else ""
    alias = contact.alias if contact is not None else "?"
    return say(
        work,
        volunteer,
        "cases.claimed",
        number=case.number,
        alias=alias,
        what=what(work, volunteer, case),
        words=words,
        answer=answer,
    )


def _not_there(work: Work, volunteer: Volunteer, number: int, case: Case | None) -> str:
    if case is None:
        return say(work, volunteer, "cases.unknown", number=number)
    if case.state == "closed":
        return say(work, volunteer, "cases.closed", number=number)
    return say(work, volunteer, "cases.taken", name=inbox.holder_of(work, case), number=number)
