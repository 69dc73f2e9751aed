"""What we have of the texts and calls in the network's log."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from checkin.contacts.models import Consent
from checkin.messages.models import Conversation, Message
from checkin.relays.models import Offer
from checkin.telephony.rules import delivery_state

AT_ONCE = 500


def known_texts(session: Session, sids: Sequence[str]) -> set[str]:
    """Which of these the database has."""
    return {row.sid for row in _rows(session, select(Message.sid), Message.sid, sids)}


def known_calls(session: Session, sids: Sequence[str]) -> set[str]:
    """Which of these calls from contacts the database has, whether we know their end or not."""
    return {row.call_sid for row in _rows(session, select(Conversation.call_sid), Conversation.call_sid, sids)}


def open_calls(session: Session, sids: Sequence[str]) -> list[str]:
    """Those of these calls from contacts whose conversation we take for open."""
    asked = select(Conversation.call_sid).where(Conversation.ended_at.is_(None))
    return [row.call_sid for row in _rows(session, asked, Conversation.call_sid, sids)]


def live_offers(session: Session, sids: Sequence[str]) -> list[tuple[str, str]]:
    """(call, token) of the offers that we take for ringing or talking on these calls."""
    asked = select(Offer.call_sid, Offer.token).where(Offer.live)
    return [(row.call_sid, row.token) for row in _rows(session, asked, Offer.call_sid, sids)]


def heard_since(session: Session, contact_id: str, at: datetime, but: Collection[str] = ()) -> bool:
    """Whether this contact reached us after `at`; `but`: by other texts and calls than these (SIDs)."""
    texted = exists().where(
        Message.contact_id == contact_id, Message.inbound, Message.created_at > at, Message.sid.not_in(but)
    )
    called = exists().where(
        Conversation.contact_id == contact_id,
        Conversation.channel == "voice",
        Conversation.opened_at > at,
        Conversation.call_sid.not_in(but),
    )
    return bool(session.scalar(select(or_(texted, called))))


def came_back_since(session: Session, contact_id: str, at: datetime, but: Collection[str] = ()) -> bool:
    """Whether they said yes to texts (START) after `at`; `but`: by another text than these (SIDs)."""
    yes = exists().where(
        Consent.contact_id == contact_id,
        Consent.name == "texts",
        Consent.given,
        Consent.at > at,
        or_(Consent.source.is_(None), Consent.source.not_in(but)),
    )
    return bool(session.scalar(select(yes)))


def told_since(session: Session, contact_id: str, at: datetime) -> bool:
    """Whether we have written to this contact since `at`, or are about to."""
    told = exists().where(
        Message.contact_id == contact_id,
        Message.inbound.is_(False),
        Message.created_at >= at,
        Message.status.not_in((*delivery_state.LOST, "skipped")),
    )
    return bool(session.scalar(select(told)))


def _rows(
    session: Session, asked: Select[*tuple[Any, ...]], sid: InstrumentedAttribute[Any], sids: Sequence[str]
) -> Iterator[Row[Any]]:
    """What is asked, of these SIDs alone: as many at a time as one statement takes."""
    for first in range(0, len(sids), AT_ONCE):
        yield from session.execute(asked.where(sid.in_(sids[first : first + AT_ONCE])))
