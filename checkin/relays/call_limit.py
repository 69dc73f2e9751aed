"""The limit of a call: both are told a while before it, so that nobody is cut off in the middle of a sentence.

The network ends the call at its limit by itself (the Join's time limit); the warning is spoken into the room.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update

from checkin.core.reply import Reply
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.say import to_contact
from checkin.outbox import outbox
from checkin.outbox.outcomes import Outcome, Skipped
from checkin.relays import queries as relay_rows
from checkin.relays.models import Relay

TOO_LATE = timedelta(seconds=30)
"""A warning that comes this close to the end says something that is no longer true."""

UNHEARD_AGAIN = timedelta(seconds=15)
"""After so long a warning that nobody heard is spoken again."""


@dataclass(frozen=True)
class Warn:
    """A room to speak into, and the token of its relay."""

    room: str
    token: str


def watch(uow: UnitOfWork, relay: Relay) -> None:
    """Somebody has taken this call: write down when both are told that its limit is near."""
    policy = uow.policy(relay.line)
    outbox.later(uow, "talk_warning", relay.id, uow.now + policy.longest_talk - policy.talk_warning)


def to_warn(uow: UnitOfWork, relay_id: str) -> Warn | Outcome:
    """The room to speak into; or why not. It is spoken once: what may have been heard is not said again."""
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is None or relay.state != "joined" or relay.in_room_at is None:
        return Skipped("they do not talk (any more)")
    if relay.warned_at is not None:
        return Skipped("they were told")
    if _left(uow, relay) < TOO_LATE:
        return Skipped("it is over in a moment")
    relay.warned_at = uow.now
    return Warn(relay.room, relay.token)


def not_warned(uow: UnitOfWork, relay_id: str) -> None:
    """The network did not take it, and said that it is safe to ask again."""
    changed(uow.session, update(Relay).where(Relay.id == relay_id).values(warned_at=None))


def not_enqueued(uow: UnitOfWork, relay: Relay) -> None:
    """The network could not speak into the room after all: it is asked again, as long as there is time for it."""
    if relay.warned_at is not None:
        not_warned(uow, relay.id)
        outbox.later(uow, "talk_warning", relay.id, uow.now + UNHEARD_AGAIN)


def warning(uow: UnitOfWork, token: str) -> Reply:
    """What both hear: how long is left, in the contact's language. Nothing once their talk is over."""
    relay = relay_rows.of_token(uow.session, token)
    if relay is None or relay.state != "joined":
        return Reply()
    minutes = max(1, math.ceil(_left(uow, relay).total_seconds() / 60))
    return Reply((to_contact(uow, relay.line, "voice", relay.speaks, "relay_limit", minutes=minutes),))


def _left(uow: UnitOfWork, relay: Relay) -> timedelta:
    assert relay.joined_at is not None, "it is joined"
    return relay.joined_at + uow.policy(relay.line).longest_talk - uow.now
