"""Carries a follow-up out: its flow begins with the contact, as a talk that we open."""

from __future__ import annotations

from checkin.models.contacts import Contact
from checkin.models.conversations import Message
from checkin.models.outbox import FollowUp
from checkin.queries import arrivals
from checkin.services import conversing
from checkin.work import Work
from flows.inputs import Started
from flows.segments import count_segments


def write(work: Work, row: FollowUp, contact: Contact) -> Message | None:
    """Begin the follow-up's flow with the contact and write its first text. None when the flow had nothing to say.

    An older conversation by text that was left open ends here: the follow-up is what we talk about now.
    """
    open_one = arrivals.open_text(work.session, contact.id)
    if open_one is not None:
        open_one.ended_at, open_one.outcome = work.now, "superseded"
        work.session.flush()
    reply = conversing.begin(work, contact, "sms", Started(by="us"), source=row.id, flow=row.flow)
    if not reply.words():
        return None
    message = Message(
        id=work.new_id(),
        line=row.line,
        contact_id=contact.id,
        inbound=False,
        kind="follow_up",
        body_sealed=work.vault.seal(reply.words()),
        status="sending",
        segments=count_segments(reply.words()),
        created_at=work.now,
    )
    work.session.add(message)
    row.state, row.message_id = "sending", message.id
    contact.unanswered += 1
    return message
