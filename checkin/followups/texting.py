"""Writes a follow-up: its flow begins with the contact, as a talk that we open; or a kind last word ends the plan."""

from __future__ import annotations

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core import lines
from checkin.core.unit_of_work import UnitOfWork
from checkin.followups import service as follow_ups
from checkin.messages import queries as message_queries
from checkin.messages.models import FollowUp, Message
from flows.engine.inputs import Started
from flows.engine.sentences import line_names, sentence
from flows.words.segments import as_sent, count_segments

LAST_WORD = "follow_ups_end"
"""The sentence of words.yaml that goes out instead of one more question."""


def write(uow: UnitOfWork, row: FollowUp, contact: Contact) -> Message | None:
    """Begin the follow-up's flow with the contact and write its first text. None when the flow had nothing to say.

    An older conversation by text that was left open ends here: the follow-up is what we talk about now.
    """
    with uow.session.no_autoflush:
        open_one = message_queries.open_text(uow.session, contact.id)
    if open_one is not None:
        open_one.ended_at, open_one.outcome = uow.now, "superseded"
        uow.session.flush()
    tell_number(uow, row, contact)
    reply = uow.conversations.begin(uow, contact, "sms", Started(by="us"), source=row.id, flow=row.flow)
    if not reply.words():
        return None
    count(uow, row, contact)
    return _message(uow, row, contact, reply.words())


def write_last(uow: UnitOfWork, row: FollowUp, contact: Contact, why: str) -> Message:
    """Nothing was answered for long: say so kindly, once, and let everything that was planned go."""
    line = lines.get(uow, contact.line)
    words, _ = sentence(
        uow.library, LAST_WORD, [contact.language or line.languages[0], *line.languages], "sms",
        line_names(line, line.name),
    )  # fmt: skip
    row.reason = f"a last word: {why}"[:120]
    contact.unanswered += 1  # past the limit: nothing more goes out until they reach us
    message = _message(uow, row, contact, words)
    uow.session.flush()
    follow_ups.cancel(uow, contact, "ended after silence")
    return message


def tell_number(uow: UnitOfWork, row: FollowUp, contact: Contact) -> None:
    """A flow that has a variable called `PLAN_number` learns which of the plan this is, from 1."""
    name, flow = f"{row.plan}_number", uow.library.flows.get(row.flow)
    if row.plan is not None and flow is not None and name in flow.vars:
        contacts.keep(uow, contact, name, row.number + 1, history=False)


def count(uow: UnitOfWork, row: FollowUp, contact: Contact) -> None:
    """One more that they have not answered yet, if it hopes for an answer."""
    plan = uow.library.plans.get(row.plan or "")
    if plan is None or plan.asks:
        contact.unanswered += 1


def _message(uow: UnitOfWork, row: FollowUp, contact: Contact, words: str) -> Message:
    words = as_sent(words)
    message = Message(
        id=uow.new_id(),
        line=row.line,
        contact_id=contact.id,
        inbound=False,
        kind="follow_up",
        status="sending",
        segments=count_segments(words),
        created_at=uow.now,
    )
    uow.vault.encrypt(message, Message.body_encrypted, words, of=contact)
    uow.session.add(message)
    row.state, row.message_id, row.channel, row.acted_at = "sending", message.id, "sms", uow.now
    return message
