"""What the network still holds of us and has no reason to: the words of texts, and recordings that we have."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import Message, Recording
from checkin.outbox.models import Outbox
from checkin.outbox.registry import JOBS
from checkin.telephony.rules import delivery_state

AT_ONCE = 500
NO_RECEIPT_AFTER = timedelta(hours=24)
"""Some carriers say nothing after `sent`: a text has arrived or is lost by then."""


def plan(uow: UnitOfWork) -> int:
    """Have the worker blank texts at the network that arrived as long ago as their line keeps them there, and delete
    recordings that it should not have any more. Answers how many it will see to; AT_ONCE: there may be more."""
    return _texts(uow) + _recordings(uow)


def _texts(uow: UnitOfWork) -> int:
    by_line = (
        and_(Message.line == line, Message.created_at < uow.now - uow.policy(line).blank_at_network)
        for line in uow.library.lines
    )
    arrived = or_(Message.status.in_(delivery_state.OVER), Message.created_at < uow.now - NO_RECEIPT_AFTER)
    asked = select(Message.id).where(
        Message.redacted_at.is_(None), Message.sid.is_not(None), or_(*by_line), arrived, ~_asked_before()
    )
    ids = list(uow.session.scalars(asked.order_by(Message.created_at).limit(AT_ONCE)))
    return blank(uow, ids)


def blank(uow: UnitOfWork, message_ids: list[str]) -> int:
    """Have the words of these texts blanked at the network. Answers how many that was not planned for already."""
    return _add(uow, "redact_message", "redact", message_ids)


def _recordings(uow: UnitOfWork) -> int:
    """Their deletion was tried and given up, or never written: it is promised, so it is tried again each time."""
    waits = exists().where(Outbox.about_id == Recording.id, Outbox.done_at.is_(None))
    asked = select(Recording.id).where(
        Recording.network_state == "there",
        Recording.state.in_(("kept", "lost", "destroyed")),
        Recording.sid.is_not(None),
        ~waits,
    )
    return _add(uow, "delete_recording", "unrecord", list(uow.session.scalars(asked.limit(AT_ONCE))))


def _asked_before() -> ColumnElement[bool]:
    """A text that the network would not blank is asked for again only when that was long ago and is forgotten."""
    return exists().where(Outbox.about_id == Message.id, Outbox.kind == "redact_message")


def _add(uow: UnitOfWork, kind: str, word: str, ids: list[str]) -> int:
    rows = [
        {
            "id": uow.new_id(),
            "kind": kind,
            "queue": JOBS[kind].queue,
            "about_id": about,
            "run_after": uow.now,
            "unique_key": f"{word}:{about}",
            "created_at": uow.now,
            "attempts": 0,
        }
        for about in ids
    ]
    return len(insert_new(uow.session, Outbox, rows))
