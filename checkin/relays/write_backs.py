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
from checkin.core.unit_of_work import Work
from checkin.i18n.say import say, to_contact
from checkin.outbox import outbox
from checkin.relays import contact_side, states
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay
from checkin.volunteers.models import Volunteer

LASTS = timedelta(hours=1)
"""Its limit, as every relay has one; it is joined from the beginning."""


def start(work: Work, volunteer: Volunteer, number: int) -> str:
    """TEXT 42. Answers what the volunteer is told; what they text from then on goes to the contact."""
    found = by_text.to_answer(work, volunteer, number)
    if isinstance(found, str):
        return found
    case, contact = found
    refused = _why_not(work, volunteer, contact, case)
    if refused is not None:
        return refused
    reader = shown_numbers.who_reads(work, contact)
    relay = _join(work, volunteer, case, reader, contact.language)
    if relay is None:
        return say(work, volunteer, "cases.busy", alias=contact.alias)
    said = preferences.of(work, contact)
    hello = "relay_answered_quiet" if said.discreet or contact.shown_key is not None else "relay_answered"
    words = to_contact(work, relay.line, "sms", relay.speaks, hello, name=lines.get(work, relay.line).name)
    contact_side.write(work, relay, reader, words.text, kind="relay")
    outbox.later(work, "relay_idle", relay.id, work.now + work.policy(relay.line).relay_idle)
    return say(work, volunteer, "relays.taken", alias=contact.alias, number=relay.number)


def give_back(work: Work, relay: Relay, volunteer: Volunteer) -> None:
    """PASS: the case waits for the others again, unless it is another's by now."""
    case = work.session.get(Case, relay.case_id)
    if case is None or case.state != "claimed" or not cases.holds(case, volunteer):
        return
    cases.release(work, case, volunteer)
    outbox.later(work, "case_watch", case.id, work.now, turn=1)


def _why_not(work: Work, volunteer: Volunteer, contact: Contact, case: Case) -> str | None:
    """Why the contact must not be texted now, as the volunteer is told; None: they may be."""
    policy = work.policy(contact.line)
    if preferences.of(work, contact).no_texts:
        return say(work, volunteer, "cases.no_text", alias=contact.alias)
    if shown_numbers.no_texts(work, contact) not in (None, "unreachable") or case.conversation_id is None:
        return say(work, volunteer, "cases.no_text_number", alias=contact.alias)
    if blocked.is_blocked(work, contact):
        return say(work, volunteer, "cases.is_blocked", alias=contact.alias)
    joined = [one for one in relay_rows.threads_of(work.session, volunteer.id) if one.joined]
    if len(joined) >= policy.texts_at_once:
        return say(work, volunteer, "relays.full")
    if not answer_hours.open_now(work, contact):
        window = answer_hours.hours_of(work, contact)
        return say(work, volunteer, "cases.no_text_now", alias=contact.alias, window=window)
    return None


def _join(work: Work, volunteer: Volunteer, case: Case, contact: Contact, language: str | None) -> Relay | None:
    """Write the relay, joined already. None: the contact is in another one by text."""
    relay_id = work.new_id()
    row: dict[str, object] = {
        "id": relay_id, "line": case.line, "number": relay_rows.next_number(case.line), "token": work.new_id(),
        "room": work.new_id(), "channel": "sms", "contact_id": contact.id, "conversation_id": case.conversation_id,
        "case_id": case.id, "speaks": language or work.policy(case.line).languages[0], "wave": 0,
        "state": "open", "opened_at": work.now, "limit_at": work.now + LASTS, "told_at": work.now,
    }  # fmt: skip
    if not insert_new(work.session, Relay, [row]):
        return None
    offer: dict[str, object] = {
        "id": work.new_id(), "line": case.line, "relay_id": relay_id, "volunteer_id": volunteer.id,
        "token": work.new_id(), "channel": "sms", "wave": 0, "state": "ringing", "live": True,
        "planned_at": work.now, "rung_at": work.now,
    }  # fmt: skip
    (asked,) = insert_new(work.session, Offer, [offer])
    return states.take(work, relay_id, asked)
