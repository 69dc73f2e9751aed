"""Timers of conversations: a question that was not answered, a call whose end we never heard of."""

from __future__ import annotations

from datetime import timedelta

from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.conversations import inbound_call, session, text_failures, text_retries
from checkin.core.unit_of_work import Work
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


def _passed(work: Work, row: Claimed, what: TimedOut | ReminderDue) -> Outcome:
    """Tell the flow, unless the contact went on, or the question itself left late."""
    conversation = _waiting(work, row)
    if conversation is None:
        return Skipped("they went on")
    late = _late(work, row, conversation)
    if late > LATE:
        outbox.later(work, row.kind, conversation.id, work.now + late, turn=row.turn)
        return Done("put off: the question left late")
    reply = session.happened(work, conversation.id, what)
    _say(work, conversation, reply.words())
    return Done()


def _late(work: Work, row: Claimed, conversation: Conversation) -> timedelta:
    """How long after the timer was set what it waits for an answer to was sent."""
    set_at = work.session.get_one(Outbox, row.id).created_at
    sent_at = last_sent(work.session, conversation.contact_id, set_at)
    return sent_at - set_at if sent_at is not None else timedelta()


def _close(work: Work, row: Claimed) -> Outcome:
    conversation = work.session.get(Conversation, row.about_id)
    if conversation is None or conversation.call_status in ("completed", "failed", "busy", "no-answer", "canceled"):
        return Skipped("over already")
    inbound_call.close(work, conversation)
    return Done()


def _waiting(work: Work, row: Claimed) -> Conversation | None:
    """The conversation, if it is still in the turn that set this timer."""
    conversation = work.session.get(Conversation, row.about_id)
    if conversation is None or conversation.ended_at is not None or conversation.turn != row.turn:
        return None
    return conversation


def _say(work: Work, conversation: Conversation, words: str) -> None:
    contact = work.session.get_one(Contact, conversation.contact_id)
    if words and contacts.takes_texts(work, contact):
        messages.send(
            work,
            line=conversation.line,
            contact=contact,
            body=words,
            kind="reply",
            conversation_id=conversation.id,
        )


TEXT_TIMEOUT: Local = Steps(lambda work, row: _passed(work, row, TimedOut(row.turn or 0)))
"""The wait of an open question by text has passed: the flow goes on with its `timeout`."""

TEXT_REMINDER: Local = Steps(lambda work, row: _passed(work, row, ReminderDue(row.turn or 0)))
"""Half the wait has passed: the flow says so and asks once more, if the question is still open."""

CLOSE_CALL: Local = Steps(_close)
"""No call lasts this long: if its end was never told, it is over now."""

TEXT_FAILED: Local = Steps(lambda work, row: text_failures.follow(work, row.about_id))
"""Do what the error of this text asks for."""

SEND_AGAIN: Local = Steps(lambda work, row: text_retries.again(work, row.about_id))
"""It did not arrive: the same words once more, if they are still welcome."""
