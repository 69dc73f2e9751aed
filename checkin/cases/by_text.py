"""CLAIM 42, DONE 42: what a volunteer says of a case, and what they are told, by text or on their page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import select

from checkin.cases import queries as rows
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import preferences
from checkin.contacts.models import Contact
from checkin.core.rules.typed_numbers import without_numbers
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import pictures
from checkin.messages import service as messages
from checkin.messages.models import Conversation, Message
from checkin.messages.rules.picture_notes import mark
from checkin.volunteers.models import Volunteer

LONGEST_WORDS = 1000

AnswerBy = Literal["call", "text", "either", "none"]


def claim(uow: UnitOfWork, volunteer: Volunteer, number: int) -> str:
    """Take the case up. The first has it; whoever comes later learns who. Answers what the volunteer is told."""
    case = rows.by_number(uow.session, volunteer.line, number)
    if case is None:
        return say(uow, volunteer, "cases.unknown", number=number)
    try:
        take_up(uow, volunteer, case)
    except cases.Taken as taken:
        return say(uow, volunteer, "cases.taken", name=taken.holder, number=number)
    except cases.Closed:
        return say(uow, volunteer, "cases.closed", number=number)
    return _told(uow, volunteer, case, uow.session.get(Contact, case.contact_id))


def take_up(uow: UnitOfWork, volunteer: Volunteer, case: Case) -> None:
    """The case is theirs, and they are sent what pictures came with it. Raises Taken and Closed."""
    if cases.claim(uow, case, volunteer):
        tell_pictures(uow, volunteer, case)


def to_answer(uow: UnitOfWork, volunteer: Volunteer, number: int) -> tuple[Case, Contact] | str:
    """A case that this volunteer may call or text back about, claimed first if nobody had; or why not, in words."""
    found = rows.with_contact(uow.session, volunteer.line, number)
    if found is None:
        return say(uow, volunteer, "cases.unknown", number=number)
    case, contact = found
    if case.state == "open":
        claim(uow, volunteer, number)
    if case.state == "closed" or contact is None:
        return say(uow, volunteer, "cases.closed", number=number)
    if case.claimed_by != volunteer.id:
        return say(uow, volunteer, "cases.not_yours", number=number)
    return case, contact


def done(uow: UnitOfWork, volunteer: Volunteer, number: int) -> str:
    """Close a case that is theirs; a lead closes any. Answers what the volunteer is told."""
    case = rows.by_number(uow.session, volunteer.line, number)
    if case is None:
        return say(uow, volunteer, "cases.unknown", number=number)
    try:
        cases.close(uow, case, volunteer)
    except cases.NotTheirs:
        return say(uow, volunteer, "cases.not_yours", number=number)
    except cases.Closed:
        return say(uow, volunteer, "cases.closed", number=number)
    return say(uow, volunteer, "cases.done", number=number)


def answer_by(uow: UnitOfWork, contact: Contact) -> AnswerBy | None:
    """How the contact said that we may answer them; None while they have not been asked."""
    said = preferences.of(uow, contact)
    if not said.asked:
        return None
    if said.call:
        return "either" if said.text else "call"
    return "text" if said.text else "none"


def _told(uow: UnitOfWork, volunteer: Volunteer, case: Case, contact: Contact | None) -> str:
    words = ""
    if written := uow.vault.decrypt(case, Case.words_encrypted):
        kept = without_numbers(written, say(uow, volunteer, "relays.number_out"))
        words = say(uow, volunteer, "cases.words", words=kept[:LONGEST_WORDS])
        uow.known |= {messages.CARRIED: contact} if contact is not None else {}
    elif case.recording_id is not None:
        words = say(uow, volunteer, "cases.recorded", number=case.number)
    how = answer_by(uow, contact) if contact is not None else "none"
    answer = say(uow, volunteer, f"cases.by_{how}", number=case.number) if how is not None else ""
    alias = contact.alias if contact is not None else "?"
    return say(
        uow,
        volunteer,
        "cases.claimed",
        number=case.number,
        alias=alias,
        what=what(uow, volunteer, case),
        words=words,
        answer=answer,
    )


def what(uow: UnitOfWork, volunteer: Volunteer, case: Case) -> str:
    """What the case is, in words that follow an alias."""
    kinds = {"message": "cases.message", "answer": "cases.answer"}
    return say(uow, volunteer, kinds.get(case.kind, "cases.handover"))


def pictures_of(uow: UnitOfWork, case: Case) -> list[str]:
    """The pictures that came in the conversation of this case before it was opened, oldest first."""
    talk = uow.session.get(Conversation, case.conversation_id) if case.conversation_id is not None else None
    if talk is None or talk.channel != "sms":
        return []
    return pictures.left_with(uow, case.contact_id, talk.opened_at, case.created_at)


def tell_pictures(uow: UnitOfWork, volunteer: Volunteer, case: Case) -> None:
    """Send the volunteer who has the case a link to each that was seen to be one, if pictures cross this line."""
    _show_pictures(uow, volunteer, case, pictures_of(uow, case))


def picture_came(uow: UnitOfWork, text: Message, picture_id: str) -> None:
    """A picture was seen only when somebody had taken the case up already: they get their link now."""
    mine = (Case.contact_id == text.contact_id, Case.state == "claimed", Case.created_at >= text.created_at)
    case = uow.session.scalars(select(Case).where(*mine).order_by(Case.number).limit(1)).first()
    volunteer = uow.session.get(Volunteer, case.claimed_by) if case is not None and case.claimed_by else None
    if case is not None and volunteer is not None and picture_id in pictures_of(uow, case):
        _show_pictures(uow, volunteer, case, [picture_id])


def _show_pictures(uow: UnitOfWork, volunteer: Volunteer, case: Case, shown: Sequence[str]) -> None:
    policy = uow.policy(case.line)
    if not policy.pictures:
        return
    minutes = max(1, round(policy.picture_link.total_seconds() / 60))
    for picture in shown:
        body = f"{case.number}: {say(uow, volunteer, 'relays.picture_link', minutes=minutes, link=mark(picture))}"
        messages.send(uow, line=case.line, volunteer=volunteer, body=body, kind="notice")
