"""What missed texts and calls have in common: whose they are, how late we are, and the words for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from checkin.cases import alarms
from checkin.cases import service as cases
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.rules.phone import PhoneNumber, Withheld
from checkin.core.unit_of_work import UnitOfWork
from flows.engine.effects import OpenCase
from flows.engine.sentences import line_names, sentence


def contact_of(uow: UnitOfWork, line: str, person: PhoneNumber | Withheld) -> Contact | None:
    """The contact of this line with this number, or with this address in an app."""
    keys = contacts.keys_of(uow, line, person)
    return uow.session.scalars(select(Contact).where(Contact.line == line, Contact.number_key.in_(keys))).first()


def still_welcome(uow: UnitOfWork, line: str, at: datetime) -> bool:
    """Whether an answer to what came `at` still helps; later it is a person's to judge."""
    return uow.now - at <= uow.policy(line).answer_missed


def words(uow: UnitOfWork, contact: Contact, name: str) -> str:
    """A sentence of words.yaml, in the contact's language or the line's first."""
    line = lines.get(uow, contact.line)
    languages = [contact.language, *line.languages] if contact.language else line.languages
    return sentence(uow.library, name, languages, "sms", line_names(line, line.name))[0]


def to_a_person(uow: UnitOfWork, contact: Contact, reason: str, words_left: str | None = None) -> None:
    """Put it in front of the team; signs of danger in it are an alert, too."""
    heard = uow.library.matcher.hear(words_left) if words_left else None
    danger = heard is not None and alarms.is_cry(heard, words_left or "")
    uow.session.flush()
    cases.open_case(
        uow,
        contact,
        None,
        OpenCase(
            kind="message",
            to="team",
            priority="urgent" if danger else "soon",
            reason=reason,
            words=words_left,
        ),
    )
    if heard is not None and danger:
        alarms.raise_alert(uow, contact, heard.kind, heard.rule or heard.kind)
