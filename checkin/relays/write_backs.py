"""TEXT 42: a volunteer answers by text what a contact left, through the line, as in any text relay.

It goes only to contacts who may be texted, at hours when they may be, and says who we are only if they agreed to that.
"""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import answer_hours, by_text
from checkin.cases import service as cases
from checkin.cases.models import Case
from checkin.contacts import blocked, preferences, shown_numbers
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say, to_contact
from checkin.outbox import outbox
from checkin.relays import contact_side, states
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Volunteer

LASTS = timedelta(hours=1)
"""Its limit, as every relay has one; it is joined from the beginning."""


def start(uow: UnitOfWork, volunteer: Volunteer, number: int) -> str:
    """TEXT 42. Answers what the volunteer is told; what they text from then on goes to the contact."""
    found = by_text.to_answer(uow, volunteer, number)
    if isinstance(found, str):
        return found
    case, contact = found
    refused = _why_not(uow, volunteer, contact, case)
    if refused is not None:
        return refused
    reader = shown_numbers.who_reads(uow, contact)
    relay = _join(uow, volunteer, case, reader, contact.language)
    if relay is None:
        return say(uow, volunteer, "cases.busy", alias=contact.alias)
    said = preferences.of(uow, contact)
    hello = "relay_answered_quiet" if said.discreet or contact.shown_key is not None else "relay_answered"
    words = to_contact(uow, relay.line, "sms", relay.speaks, hello, name=lines.get(uow, relay.line).name)
    contact_side.write(uow, relay, reader, words.text, kind="relay")
    outbox.later(uow, "relay_idle", relay.id, uow.now + uow.policy(relay.line).relay_idle)
    return say(uow, volunteer, "relays.taken", alias=contact.alias, number=relay.number)


def give_back(uow: UnitOfWork, relay: Relay, volunteer: Volunteer) -> None:
    """PASS: the case waits for the others again, unless it is another's by now."""
    case = uow.session.get(Case, relay.case_id)
    if case is None or case.state != "claimed" or not cases.holds(case, volunteer):
        return
    cases.release(uow, case, volunteer)
    outbox.later(uow, "case_watch", case.id, uow.now, turn=1)


def _why_not(uow: UnitOfWork, volunteer: Volunteer, contact: Contact, case: Case) -> str | None:
    """Why the contact must not be texted now, as the volunteer is told; None: they may be."""
    policy = uow.policy(contact.line)
    if preferences.of(uow, contact).no_texts:
        return say(uow, volunteer, "cases.no_text", alias=contact.alias)
    if shown_numbers.no_texts(uow, contact) not in (None, "unreachable") or case.conversation_id is None:
        return say(uow, volunteer, "cases.no_text_number", alias=contact.alias)
    if blocked.is_blocked(uow, contact):
        return say(uow, volunteer, "cases.is_blocked", alias=contact.alias)
    joined = [thread for thread in relay_rows.threads_of(uow.session, volunteer.id) if thread.joined]
    if len(joined) >= policy.texts_at_once:
        return say(uow, volunteer, "relays.full")
    if not answer_hours.open_now(uow, contact):
        window = answer_hours.hours_of(uow, contact)
        return say(uow, volunteer, "cases.no_text_now", alias=contact.alias, window=window)
    return None


def _join(uow: UnitOfWork, volunteer: Volunteer, case: Case, contact: Contact, language: str | None) -> Relay | None:
    """Write the relay, joined already. None: the contact is in another one by text."""
    speaks = language or uow.policy(case.line).languages[0]
    row = states.relay_row(
        uow, case.line, "sms", contact.id, case.conversation_id, speaks, LASTS, case_id=case.id, told_at=uow.now
    )
    made = insert_new(uow.session, Relay, [row])
    if not made:
        return None
    (asked,) = insert_new(uow.session, Offer, [states.offer_row(uow, made[0], volunteer.id)])
    return states.take(uow, made[0].id, asked)
