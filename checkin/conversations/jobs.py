"""Timers of conversations: a question that was not answered, a call whose end we never heard of."""

from __future__ import annotations

from datetime import timedelta

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call, session, text_failures, text_retries
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps
from checkin.messages import service as messages
from checkin.messages.models import Conversation
from checkin.messages.queries import last_sent
from checkin.outbox import outbox
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Done, Outcome, Skipped
from flows.engine.inputs import ReminderDue, TimedOut

LATE = timedelta(minutes=1)
"""A question that left later than this after it was asked: its clock starts when it left."""


def _passed(uow: UnitOfWork, row: Claimed, what: TimedOut | ReminderDue) -> Outcome:
    """Tell the flow, unless the contact went on, or the question itself left late."""
    conversation = _waiting(uow, row)
    if conversation is None:
        return Skipped("they went on")
    late = _late(uow, row, conversation)
    if late > LATE:
        outbox.later(uow, row.kind, conversation.id, uow.now + late, turn=row.turn)
        return Done("put off: the question left late")
    reply = session.on_event(uow, conversation.id, what)
    _say(uow, conversation, reply.words())
    return Done()


def _late(uow: UnitOfWork, row: Claimed, conversation: Conversation) -> timedelta:
    """How long after the timer was set what it waits for an answer to was sent."""
    set_at = uow.session.get_one(Outbox, row.id).created_at
    sent_at = last_sent(uow.session, conversation.contact_id, set_at)
    return sent_at - set_at if sent_at is not None else timedelta()


def _close(uow: UnitOfWork, row: Claimed) -> Outcome:
    conversation = uow.session.get(Conversation, row.about_id)
    if conversation is None or conversation.call_status in ("completed", "failed", "busy", "no-answer", "canceled"):
        return Skipped("over already")
    inbound_call.close(uow, conversation)
    return Done()


def _waiting(uow: UnitOfWork, row: Claimed) -> Conversation | None:
    """The conversation, if it is still in the turn that set this timer."""
    conversation = uow.session.get(Conversation, row.about_id)
    if conversation is None or conversation.ended_at is not None or conversation.turn != row.turn:
        return None
    return conversation


def _say(uow: UnitOfWork, conversation: Conversation, words: str) -> None:
    contact = uow.session.get_one(Contact, conversation.contact_id)
    if words and contacts.takes_texts(uow, contact):
        messages.send(
            uow,
            line=conversation.line,
            contact=contact,
            body=words,
            kind="reply",
            conversation_id=conversation.id,
        )


TEXT_TIMEOUT: Local = Steps(lambda uow, row: _passed(uow, row, TimedOut(row.turn or 0)))
"""The wait of an open question by text has passed: the flow goes on with its `timeout`."""

TEXT_REMINDER: Local = Steps(lambda uow, row: _passed(uow, row, ReminderDue(row.turn or 0)))
"""Half the wait has passed: the flow says so and asks once more, if the question is still open."""

CLOSE_CALL: Local = Steps(_close)
"""No call lasts this long: if its end was never told, it is over now."""

TEXT_FAILED: Local = Steps(lambda uow, row: text_failures.follow(uow, row.about_id))
"""Do what the error of this text asks for."""

SEND_AGAIN: Local = Steps(lambda uow, row: text_retries.again(uow, row.about_id))
"""It did not arrive: the same words once more, if they are still welcome."""
