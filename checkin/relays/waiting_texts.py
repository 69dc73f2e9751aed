"""Nobody took somebody's texts: what they wrote waits for the next shift as a case, and they learn when that begins."""

from __future__ import annotations

from sqlalchemy import select

from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts.models import Contact
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.messages import service as messages
from checkin.messages.models import Conversation
from checkin.outbox.outcomes import Done, Outcome
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay
from checkin.volunteers import duty
from flows.engine.effects import OpenCase, Say
from flows.engine.sentences import say_moment

REASON = N_("nobody was free to answer their texts")


def keep(uow: UnitOfWork, relay: Relay) -> str:
    """Nobody took it in time: put what they wrote before the team. Answers what the contact is told."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    kept = [messages.body_of(uow, row.message) for row in relay_rows.kept_for(uow.session, relay.id)]
    _open(uow, contact, uow.session.get_one(Conversation, relay.conversation_id), "\n".join(filter(None, kept)))
    return _queued(uow, relay.line, relay.speaks).text


def nobody_there(uow: UnitOfWork, contact: Contact, conversation: Conversation, language: str) -> Say | None:
    """Nobody could even be asked: a text waits for the next shift; a caller hears when that is, if one is planned."""
    if conversation.channel == "sms":
        _open(uow, contact, conversation, "")
        return _queued(uow, contact.line, language)
    when = _when(uow, contact.line, language)
    return to_contact(uow, contact.line, "voice", language, "relay_next", when=when) if when else None


def settled(uow: UnitOfWork, contact_id: str) -> Outcome:
    """Somebody is with them after all: nothing of theirs waits for the next shift any more."""
    waits = select(Case).where(Case.contact_id == contact_id, Case.state == "open", Case.reason == REASON)
    for case in uow.session.scalars(waits.with_for_update()):
        cases.close(uow, case, cases.THE_LINE)
    return Done()


def _open(uow: UnitOfWork, contact: Contact, conversation: Conversation, words: str) -> None:
    """A case, unless one of theirs waits already."""
    uow.session.flush()
    waits = select(Case.id).where(Case.contact_id == contact.id, Case.state == "open", Case.reason == REASON)
    if uow.session.scalar(waits.limit(1)) is None:
        action = OpenCase("handover", "coordinators", "soon", REASON, words=words or None)
        cases.open_case(uow, contact, conversation, action)


def _queued(uow: UnitOfWork, line: str, language: str) -> Say:
    when = _when(uow, line, language) or None  # to a template, empty words are words
    return to_contact(uow, line, "sms", language, "relay_queued", when=when)


def _when(uow: UnitOfWork, line: str, language: str) -> str:
    """The beginning of the next shift in words; empty when none is planned."""
    begins, words = duty.next_shift(uow, line), uow.library.words.get(language)
    if begins is None or words is None:
        return ""
    name, values = say_moment(words, begins, uow.now, uow.policy(line).time_zone)
    return to_contact(uow, line, "sms", language, name, **values).text
