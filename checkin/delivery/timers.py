"""Timers of conversations: a question that was not answered, a call whose end we never heard of."""

from __future__ import annotations

from checkin.delivery.claimed import Claimed
from checkin.models.contacts import Contact
from checkin.models.conversations import Conversation
from checkin.runtime import Runtime
from checkin.services import calls, contacts, conversing, messages
from checkin.work import Work
from flows.inputs import TimedOut


def text_timeout(runtime: Runtime, row: Claimed) -> str:
    """The wait of an open question by text has passed: the flow goes on with its `timeout`."""
    return runtime.do(lambda work: _timed_out(work, row))


def text_reminder(runtime: Runtime, row: Claimed) -> str:
    """Half the wait has passed: the question is asked once more, if it is still open."""
    return runtime.do(lambda work: _remind(work, row))


def close_call(runtime: Runtime, row: Claimed) -> str:
    """No call lasts this long: if its end was never told, it is over now."""
    return runtime.do(lambda work: _close(work, row))


def _timed_out(work: Work, row: Claimed) -> str:
    conversation = _waiting(work, row)
    if conversation is None:
        return "skipped: they went on"
    reply = conversing.happened(work, conversation.id, TimedOut(row.turn or 0))
    _say(work, conversation, reply.words())
    return "done"


def _remind(work: Work, row: Claimed) -> str:
    conversation = _waiting(work, row)
    if conversation is None:
        return "skipped: they went on"
    _say(work, conversation, conversing.said_last(work, conversation).words())
    return "done"


def _close(work: Work, row: Claimed) -> str:
    conversation = work.session.get(Conversation, row.about_id)
    if conversation is None or conversation.call_status in ("completed", "failed", "busy", "no-answer", "canceled"):
        return "skipped: over already"
    calls.close(work, conversation)
    return "done"


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
