"""What a contact had said when their call broke off, told to us late, out of order, or by the callback alone.

The network tells of a recording twice (the call's own request, and a callback), and of the call's end. Any of them may
come first or never. Whatever comes last hands the recording to the flow that waited for it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select

from checkin.cases.models import Case
from checkin.conversations import session
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages import queries as message_queries
from checkin.messages.models import Conversation, Recording
from checkin.stories import recordings
from checkin.telephony.rules.arrivals import RecordingDone
from flows.engine.inputs import Recorded
from flows.engine.position import Position

BROKEN = ("expected", "ready", "kept")
"""States of a recording that there is, or may be."""


def recording_done(uow: UnitOfWork, done: RecordingDone) -> None:
    """The network says that a recording is ready, or never will be."""
    recordings.finished(uow, done)
    hand_over(uow, done.call_sid)


def hand_over(uow: UnitOfWork, call_sid: str) -> None:
    """If this call is over and its flow still waits for what was said, give it to the flow as if they had just hung up.

    Nothing happens while the call goes on, when nothing is waited for, or when it was handed over before.
    """
    found = message_queries.call_in_progress(uow.session, call_sid)
    if found is None or found[0].ended_at is None or not found[0].position_encrypted:
        return
    talk = session.resume(uow, found[1], found[0], call_sid)
    if talk.position.awaiting != "recording" or talk.position.ended is not None:
        return
    row = _unclaimed(uow, found[0], talk.position)
    if row is not None:
        session.go_on(uow, talk, Recorded(row.id, row.seconds, hung_up=True))


def _unclaimed(uow: UnitOfWork, conversation: Conversation, position: Position) -> Recording | None:
    """The newest recording of the call that its flow has not been given yet."""
    taken: dict[str, dict[str, Any]] = position.scratch.get("recordings") or {}
    known = [str(value["id"]) for value in taken.values()] + list(position.scratch.get("handed_in", []))
    rows = (
        select(Recording)
        .where(Recording.call_sid == conversation.call_sid, Recording.state.in_(BROKEN), Recording.id.not_in(known))
        .where(~exists().where(Case.recording_id == Recording.id))
        .order_by(Recording.created_at.desc(), Recording.id.desc())
        .limit(1)
    )
    return uow.session.scalars(rows).first()
