"""Whether a text is answered: not after STOP, not while blocked, and not without end to what may be a machine.

Whatever is not answered is kept all the same, and a person is told: of danger as danger, whoever it comes from. Nobody
is left wondering: the first text that goes past the budget is answered with how it stands and with the crisis number.
"""

from __future__ import annotations

from typing import Literal

from checkin.cases import alarms
from checkin.contacts import blocked
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import session
from checkin.conversations.queries import TextArrival
from checkin.core.rules.reply_budget import HIGH_COST
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import say
from checkin.messages import circuit_breaker
from checkin.messages import service as messages
from checkin.messages.models import Conversation
from checkin.volunteers import alerts
from checkin.volunteers.queries import leads
from flows.words.keywords import GlobalWord, WordKind

Answer = Literal["yes", "no", "obey", "slow down", "turn away", "briefly"]
"""obey: it has its effect, and is not answered."""

ALWAYS: frozenset[WordKind] = frozenset({"crisis", "help", "stop", "start", "forget"})
"""Obeyed and answered whatever the budget says; for a number that the line does not write to, within one of its own."""

AFTER_STOP: frozenset[WordKind] = frozenset({"start", "stop", "forget"})
"""What somebody who has left may still say to us; anything else is put before a person."""

IN_A_LOOP: frozenset[WordKind] = frozenset({"crisis", "help"})
"""What is answered also where the network stopped our answers to a number, since they went to and fro too fast."""

MANY_NEW = "many_new_numbers"
"""The alert that very many numbers are new to the line at once."""

PATIENCE = 3
"""How many times the budget somebody has who asks for a person, the menu, or a keyword of the line."""


def judge(uow: UnitOfWork, contact: Contact, arrival: TextArrival, body: str, word: GlobalWord | None) -> Answer:
    """Whether this text is answered now. Counts it against the budget, unless two people are texting."""
    kind = word.kind if word else None
    if contact.opted_out_at is not None and kind not in AFTER_STOP:
        _tell(uow, contact, body, word)
        return "no"
    if arrival.relay is not None and arrival.relay.state == "joined":
        return "yes"
    if contact.looping_until is not None and contact.looping_until > uow.now and kind not in IN_A_LOOP:
        return "obey" if kind in ALWAYS else "no"
    if (why := contacts.elsewhere(uow, contact)) is not None:
        if arrival.contact is None:
            alarms.raise_alert(uow, contact, "elsewhere", why)
        return _high_cost(uow, contact, body) if kind in ALWAYS else "no"
    wrote_before = contact.replies_day is not None
    verdict = contacts.spend_reply(uow, contact, body, uow.policy(contact.line).budget)
    if kind in ALWAYS:
        return "yes"
    if blocked.is_blocked(uow, contact):
        return "turn away" if verdict.answer else "no"
    if (briefly := _of_many(uow, contact, arrival, body, word, wrote_before=wrote_before)) is not None:
        return briefly
    if verdict.answer or _asks_for_a_way_on(uow, contact, body, word, verdict.over):
        return "yes"
    if _is_asked_about_forgetting(uow, contact, arrival.conversation):
        return "yes"
    if verdict.first:
        alarms.raise_alert(uow, contact, "reply_budget", verdict.reason)
        return "slow down"
    return "no"


def _tell(uow: UnitOfWork, contact: Contact, body: str, word: GlobalWord | None) -> None:
    """A person must know of a text that gets no answer: of danger as danger, whoever it comes from."""
    if word is not None and alarms.is_cry(word, body):
        alarms.raise_alert(uow, contact, word.kind, word.rule or word.kind)
    else:
        alarms.raise_alert(uow, contact, "opted_out_texts", word.kind if word is not None else "text")


def _high_cost(uow: UnitOfWork, contact: Contact, body: str) -> Answer:
    """Each answer costs a lot: what is not answered does not count, and what counts is answered so many times a day."""
    verdict = contacts.spend_reply(uow, contact, body, HIGH_COST)
    if verdict.first:
        alarms.raise_alert(uow, contact, "reply_budget", verdict.reason)
    return "yes" if verdict.answer else "obey"


def _of_many(
    uow: UnitOfWork, contact: Contact, arrival: TextArrival, body: str, word: GlobalWord | None, *, wrote_before: bool
) -> Answer | None:
    """How somebody whom we have not greeted yet is answered while very many write at once; None: as anybody.

    Whoever sends a word of ours knows what they want, and is answered with as many texts as they would get anyway.
    """
    if contact.greeted_at is not None or arrival.conversation is not None or arrival.relay is not None:
        return None
    if _asks_for_a_way_on(uow, contact, body, word, 0):
        return None
    if arrival.contact is None:
        return "briefly" if circuit_breaker.too_many(uow, contact, _tell_of_many) else None
    if circuit_breaker.holds_until(uow, contact.line) is None:
        return None
    return "no" if wrote_before else "briefly"


def _tell_of_many(uow: UnitOfWork, line: str, most: int) -> None:
    """The leads hear that very many numbers are new at once."""
    alerts.put_up(uow, line, MANY_NEW, f"more than {most} new numbers in ten minutes", about=MANY_NEW)
    for lead in leads(uow.session, line):
        messages.send(
            uow, line=line, volunteer=lead, body=say(uow, lead, f"alerts.{MANY_NEW}", most=most), kind="alert"
        )


def _asks_for_a_way_on(uow: UnitOfWork, contact: Contact, body: str, word: GlobalWord | None, over: float) -> bool:
    return over <= PATIENCE and (word is not None or uow.library.keyword(contact.line, body) is not None)


def _is_asked_about_forgetting(uow: UnitOfWork, contact: Contact, conversation: Conversation | None) -> bool:
    """A no to "shall we erase everything?" must never be lost."""
    if conversation is None:
        return False
    return session.resume(uow, contact, conversation).position.awaiting == "confirm_forget"
