"""A contact and a volunteer text with each other through the line: what each of their texts means.

The volunteer's side: TAKE 42, DONE, PASS, LEAD, BLOCK, `42 your words`, or just words. The contact's: words, DONE, and
while they wait also MESSAGE and the keywords of the line. A volunteer's text never opens a contact's conversation.
"""

from __future__ import annotations

import re
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
    missed_rings,
    states,
    taking,
    write_backs,
)
from checkin.relays import queries as relay_rows
from checkin.relays import text_ending as ending
from checkin.relays.forwarding import Sent
from checkin.relays.models import Relay
from checkin.relays.queries import TextThread
from checkin.volunteers.models import Volunteer
from flows.engine.effects import Say
from flows.engine.inputs import Input, MessageWanted, NoPeer, Texted
from flows.library import split_entry

LEAD, BLOCK = ("lead", "apoyo"), ("block", "bloquear")

_COMMAND = re.compile(r"(?P<word>[a-z]+)(?:\s*#?(?P<number>\d{1,9}))?[.!]?", re.IGNORECASE)
_DIRECTED = re.compile(r"#?(?P<number>\d{1,9})\s*[:,.-]?\s+(?P<words>\S.*)", re.DOTALL)

_Move = Callable[[UnitOfWork, Volunteer, TextThread], str]
_MOVES: dict[str, _Move] = {
    **dict.fromkeys(("done", "listo", "lista"), ending.done),
    **dict.fromkeys(("pass", "pasar"), ending.hand_on),
    **dict.fromkeys(("block", "bloquear"), ending.block),
    **dict.fromkeys(("lead", "apoyo"), lambda uow, who, at: leads.ask_for_one(uow, who, at.relay, at.contact)),
}
"""What a volunteer does in a relay with one word."""

CASE_WORDS: dict[str, Callable[[UnitOfWork, Volunteer, int], str]] = {
    **dict.fromkeys(("claim", "caso"), by_text.claim),
    **dict.fromkeys(("call", "llamar"), call_backs.start),
    **dict.fromkeys(("text", "escribir"), write_backs.start),
    **dict.fromkeys(("done", "listo", "lista"), by_text.done),
}
"""What a volunteer does about a case, with its number behind the word."""

_OURS = frozenset({*taking.WORDS, *_MOVES, *CASE_WORDS, *LEAD, *BLOCK})


def is_ours(body: str) -> bool:
    """Whether a volunteer's text is a word of ours about whom they are, were or could be with."""
    command, directed = _COMMAND.fullmatch(body.strip()), _DIRECTED.fullmatch(body.strip())
    word = command["word"] if command else directed["words"].strip().rstrip(".!") if directed else ""
    return word.casefold() in _OURS or aftercare.is_answer(body)


def from_volunteer(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> Reply | None:
    """What a volunteer's text does in their relays, and what they are told. None: it concerns none of them."""
    with uow.session.no_autoflush:  # their text, its answer and what is passed on are written together
        said = _from_volunteer(uow, volunteer, replace(sent, body=sent.body.strip()))
    if said is None:
        return None
    return Reply((Say(said, language_of(uow, volunteer)),)) if said else Reply()


def from_contact(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent) -> Reply | None:
    """What a text of a contact does in their live relay, and what they are answered; None or empty: nothing."""
    current = relay_rows.of_id(uow.session, relay.id)
    if current is None or current.state not in relay_rows.LIVE:
        return contact_side.go_on(uow, relay, NoPeer("hung_up"))
    if current.state == "open":
        return _while_waiting(uow, current, contact, sent)
    if uow.library.matcher.done(sent.body):
        return ending.contact_done(uow, current, contact)
    volunteer = relay_rows.volunteer_of(uow.session, current)
    if volunteer is None:
        return None
    passed = forwarding.to_volunteer(uow, current, contact, volunteer, sent)
    lead = uow.session.get(Volunteer, current.lead_id) if current.lead_id is not None else None
    if lead is not None:
        forwarding.to_volunteer(uow, current, contact, lead, sent)
    if not passed.held:
        return Reply()
    return Reply((_words(uow, current, "number_held"),))


def _from_volunteer(uow: UnitOfWork, volunteer: Volunteer, sent: Sent) -> str | None:
    threads = relay_rows.threads_of(uow.session, volunteer.id)
    joined = [thread for thread in threads if thread.joined]
    command = _COMMAND.fullmatch(sent.body)
    if command is not None:
        number = int(command["number"]) if command["number"] else None
        word = command["word"].casefold()
        if word in taking.WORDS:
            return taking.take(uow, volunteer, threads, number)
        if word in LEAD and volunteer.lead and number is not None and _numbered(joined, number) is None:
            return leads.join_by_text(uow, volunteer, number)
        if number is not None and word in CASE_WORDS and _numbered(joined, number) is None:
            return CASE_WORDS[word](uow, volunteer, number)
        if word in _MOVES and joined:
            return _do(uow, volunteer, joined, number, word)
        if word in (*LEAD, *BLOCK) and number is None:
            return _about_a_call(uow, volunteer, word)
    if joined:
        return _forward(uow, volunteer, joined, sent)
    return missed_rings.answered(uow, volunteer, sent.body) or aftercare.answered(uow, volunteer, sent.body)


def _while_waiting(uow: UnitOfWork, relay: Relay, contact: Contact, sent: Sent) -> Reply:
    """They wait: a word of the line leads them on; anything else is kept for whoever takes the relay."""
    left = _leaves(uow, relay, sent.body)
    if left is not None:
        to, what = left
        if states.close(uow, relay.id, to, "contact left", told=True) is not None:
            reply = contact_side.go_on(uow, relay, what)
            return reply if reply.words() else Reply((_words(uow, relay, "relay_stopped"),))
        return from_contact(uow, relay, contact, sent) or Reply()
    return Reply((_words(uow, relay, "relay_still"),))


def _words(uow: UnitOfWork, relay: Relay, name: str) -> Say:
    return to_contact(uow, relay.line, "sms", relay.speaks, name)


def _leaves(uow: UnitOfWork, relay: Relay, body: str) -> tuple[states.Over, Input] | None:
    """Whether this text ends the wait: into which state, and what the flow hears. PEER again just waits on."""
    if uow.library.matcher.done(body):
        return "left", NoPeer("hung_up")
    word, keyword = uow.library.matcher.hear(body), uow.library.keyword(relay.line, body)
    line = uow.library.lines[relay.line]
    flow = keyword[0] if keyword is not None else None
    if flow is not None and flow == _flow(line.message):
        return "message", MessageWanted()
    if (flow is not None and flow != _flow(line.person)) or (word is not None and word.kind == "menu"):
        return "left", Texted(body)
    return None


def _flow(entry: str | None) -> str | None:
    """The flow that an entry of the line leads to."""
    return split_entry(entry)[0] if entry else None


def _about_a_call(uow: UnitOfWork, volunteer: Volunteer, word: str) -> str:
    """LEAD and BLOCK of somebody who is in no text relay: their call is meant, or the last one."""
    if word in BLOCK:
        return leads.block_last(uow, volunteer)
    call = relay_rows.call_of(uow.session, volunteer.id)
    return say(uow, volunteer, "relays.nobody") if call is None else leads.ask_for_one(uow, volunteer, *call)


def _do(uow: UnitOfWork, volunteer: Volunteer, joined: list[TextThread], number: int | None, word: str) -> str:
    thread = joined[0] if number is None and len(joined) == 1 else _numbered(joined, number)
    return _which(uow, volunteer, joined) if thread is None else _MOVES[word](uow, volunteer, thread)


def _forward(uow: UnitOfWork, volunteer: Volunteer, joined: list[TextThread], sent: Sent) -> str:
    """Pass the words on to the contact they are for. With several, the number in front decides, or nothing is sent."""
    directed = _DIRECTED.fullmatch(sent.body)
    thread = _numbered(joined, int(directed["number"])) if directed else None
    if directed is not None and thread is not None:
        if (word := directed["words"].strip().rstrip(".!").casefold()) in _MOVES:
            return _MOVES[word](uow, volunteer, thread)
        sent = replace(sent, body=directed["words"])
    elif len(joined) == 1:
        thread = joined[0]
    if thread is None:
        return _which(uow, volunteer, joined)
    passed = forwarding.to_contact(uow, thread.relay, thread.contact, sent)
    forwarding.to_colleague(uow, thread, volunteer, sent)
    if passed.held:
        return say(uow, volunteer, "relays.held")
    return "" if passed.sent else say(uow, volunteer, "relays.only_pictures")


def _numbered(joined: list[TextThread], number: int | None) -> TextThread | None:
    return next((thread for thread in joined if thread.relay.number == number), None)


def _which(uow: UnitOfWork, volunteer: Volunteer, joined: list[TextThread]) -> str:
    numbers = ", ".join(f"{thread.relay.number} {thread.contact.alias}" for thread in joined)
    return say(uow, volunteer, "relays.which", numbers=numbers)
