"""A contact and a volunteer text with each other through the line: what each text of theirs means is carried out here.

What it means stands in flows.engine.relay_texts for the contact's, in relays.rules.volunteer_texts for the volunteer's.
A volunteer's text never opens a contact's conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from checkin.cases import by_text
from checkin.contacts.models import Contact
from checkin.core.reply import Reply
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import language_of, say, to_contact
from checkin.relays import (
    aftercare,
    call_backs,
    contact_side,
    forwarding,
    leads,
    states,
    taking,
    write_backs,
)
from checkin.relays import queries as relay_rows
from checkin.relays import text_ending as ending
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.relays.rules import volunteer_texts
from checkin.volunteers.models import Volunteer
from flows.engine import relay_texts
from flows.engine.effects import Say
from flows.engine.inputs import NoPeer
from flows.engine.relay_texts import WaitLeft
from flows.words.keywords import GlobalWord

_MOVES: dict[str, Callable[[UnitOfWork, Volunteer, TextThread], str]] = {
    "done": ending.done,
    "pass": ending.hand_on,
    "block": ending.block,
    "lead": lambda uow, who, at: leads.ask_for_one(uow, who, at.relay, at.contact),
}
_CASES: dict[str, Callable[[UnitOfWork, Volunteer, int], str]] = {
    "claim": by_text.claim,
    "call": call_backs.start,
    "text": write_backs.start,
    "done": by_text.done,
}


def is_ours(uow: UnitOfWork, body: str) -> bool:
    """Whether a volunteer's text is a word of ours about whom they are, were or could be with."""
    return volunteer_texts.is_command(body, uow.library.team.keyword) or aftercare.is_answer(body)


def from_volunteer(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> Reply | None:
    """What a volunteer's text does in their relays, and what they are told. None: it concerns none of them."""
    with uow.session.no_autoflush:  # their text, its answer and what is passed on are written together
        said = _from_volunteer(uow, volunteer, sent)
    if said is None:
        return None
    return Reply((Say(said, language_of(uow, volunteer)),)) if said else Reply()


def from_contact(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent, word: GlobalWord | None) -> Reply | None:
    """What a text of a contact does in their live relay, and what they are answered; None or empty: nothing."""
    current = relay_rows.of_id(uow.session, relay.id)
    if current is None or current.state not in relay_rows.LIVE:
        return contact_side.go_on(uow, relay, NoPeer("hung_up"))
    match relay_texts.meaning(uow.library, current.line, sent.body, word, joined=current.state == "joined"):
        case "done":
            return ending.contact_done(uow, current, contact)
        case "for their peer":
            return _to_volunteers(uow, current, contact, sent)
        case "waits":
            return Reply((_words(uow, current, "relay_still"),))
        case WaitLeft() as left:
            if states.close(uow, current.id, left.to, "contact left", told=True) is None:
                return from_contact(uow, current, contact, sent, word) or Reply()
            reply = contact_side.go_on(uow, current, left.heard)
            return reply if reply.words() else Reply((_words(uow, current, "relay_stopped"),))


def _to_volunteers(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent) -> Reply | None:
    """Pass the words on to whoever is with them, and to a lead beside them."""
    volunteer = relay_rows.volunteer_of(uow.session, relay)
    if volunteer is None:
        return None
    passed = forwarding.to_volunteer(uow, relay, contact, volunteer, sent)
    lead = uow.session.get(Volunteer, relay.lead_id) if relay.lead_id is not None else None
    if lead is not None:
        forwarding.to_volunteer(uow, relay, contact, lead, sent)
    return Reply((_words(uow, relay, "number_held"),)) if passed.held else Reply()


def _from_volunteer(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> str | None:
    threads = relay_rows.threads_of(uow.session, volunteer.id)
    joined = {thread.relay.number: thread for thread in threads if thread.joined}
    meant = volunteer_texts.meaning(sent.body, list(joined), lead=volunteer.lead, keyword=uow.library.team.keyword)
    match meant.does, meant.number:
        case "take", number:
            return taking.take(uow, volunteer, threads, number)
        case "join", int(number):
            return leads.join_by_text(uow, volunteer, number)
        case "case", int(number):
            return _CASES[meant.word](uow, volunteer, number)
        case "move", int(number):
            return _MOVES[meant.word](uow, volunteer, joined[number])
        case "own call", _:
            return _about_a_call(uow, volunteer, meant.word)
        case "pass on", int(number):
            return _to_contact(uow, volunteer, joined[number], replace(sent, body=meant.words))
        case "unclear", _:
            numbers = ", ".join(f"{number} {thread.contact.alias}" for number, thread in joined.items())
            return say(uow, volunteer, "relays.which", numbers=numbers)
    return aftercare.answered(uow, volunteer, sent.body)


def _words(uow: UnitOfWork, relay: Relay, name: str) -> Say:
    return to_contact(uow, relay.line, "sms", relay.speaks, name)


def _about_a_call(uow: UnitOfWork, volunteer: Volunteer, word: str) -> str:
    """LEAD and BLOCK of somebody who is in no text relay: their call is meant, or the last one."""
    if word == "block":
        return leads.block_last(uow, volunteer)
    call = relay_rows.call_of(uow.session, volunteer.id)
    return say(uow, volunteer, "relays.nobody") if call is None else leads.ask_for_one(uow, volunteer, *call)


def _to_contact(uow: UnitOfWork, volunteer: Volunteer, thread: TextThread, sent: Sent) -> str:
    passed = forwarding.to_contact(uow, thread.relay, thread.contact, sent)
    forwarding.to_colleague(uow, thread, volunteer, sent)
    if passed.held:
        return say(uow, volunteer, "relays.held")
    return "" if passed.sent else say(uow, volunteer, "relays.only_pictures")
