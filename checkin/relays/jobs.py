"""Rings volunteers, lets their phones go, fetches contacts out of the wait loop, and keeps the time of relays.

One call that fails never touches the others.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select

from checkin.cases import blocks
from checkin.contacts import service as contacts
from checkin.contacts.models import Contact
from checkin.core.reply import WaitTick
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps, after_error
from checkin.i18n.say import say, to_contact
from checkin.messages import service as messages
from checkin.messages.models import Message
from checkin.outbox.outcomes import Done, Failed, Outcome, Retry, Skipped, Unknown
from checkin.relays import (
    call_backs,
    call_limit,
    case_announcements,
    contact_side,
    offer_calls,
    text_ending,
    waiting_texts,
    waves,
)
from checkin.relays import queries as relay_rows
from checkin.relays.call_limit import Warn
from checkin.relays.models import Relay
from checkin.relays.offer_calls import Leg
from checkin.relays.ring import LetGo, Ring
from checkin.runtime import Runtime
from checkin.telephony.addresses import Addresses
from checkin.telephony.port import Accepted, GatewayError, MaybeDone, OutgoingCall, Refused, TryLater
from checkin.telephony.rules import delivery_state
from checkin.volunteers import shift_reminders
from checkin.volunteers.models import Volunteer

TRIES = 3
RING_AGAIN_AFTER = timedelta(seconds=2)
"""A call that the network did not take is asked for again this soon: somebody waits."""

LET_GO_TRIES = 20
LET_GO_AGAIN_AFTER = timedelta(seconds=1)
"""A phone that rings for nobody is let go as soon as the network listens."""

MAY_RING = Unknown("it may be ringing; its own receipts will tell")


def _ring_volunteer(runtime: Runtime, ring: Ring) -> Accepted:
    ours = _addresses(runtime)
    machine = ours.offer_machine(ring.token) if ring.listen else None
    return runtime.gateway.place_call(
        OutgoingCall(
            ring.to, ring.from_, ours.offer(ring.token), ours.offer_status(ring.token), ring.ring_for, machine
        )
    )  # fmt: skip


def _not_rung(uow: UnitOfWork, row: Claimed, _ring: Ring, error: GatewayError) -> Outcome:
    """Ask again soon, a few times; then this offer has failed."""
    if isinstance(error, MaybeDone):
        return MAY_RING
    if isinstance(error, TryLater) and row.attempts < TRIES:
        offer_calls.ring_again(uow, row.about_id)
        return Retry(uow.now + RING_AGAIN_AFTER, "the network did not take the call")
    return offer_calls.not_rung(uow, row.about_id, error.code)


def _end_leg(runtime: Runtime, leg: Leg) -> None:
    """One who is just listening to our question hears why, and that ends their call."""
    if leg.listening:
        runtime.gateway.move_call(leg.call_sid, _addresses(runtime).offer(leg.token))
    else:
        runtime.gateway.end_call(leg.call_sid, answered=leg.picked_up)


def _not_let_go(uow: UnitOfWork, row: Claimed, _request: object, error: GatewayError) -> Outcome:
    """Letting a phone go twice does no harm, so what may not have happened is asked for again, soon."""
    if isinstance(error, Refused):
        return Done("it was over")
    if row.attempts >= LET_GO_TRIES:
        return Failed("the network did not let it go; it rings out by itself")
    return Retry(uow.now + LET_GO_AGAIN_AFTER, "the network did not answer")


def _fetch(runtime: Runtime, leg: tuple[str, str]) -> None:
    call_sid, token = leg
    runtime.gateway.move_call(call_sid, _addresses(runtime).of(WaitTick(token, 0)))


def _not_fetched(uow: UnitOfWork, row: Claimed, _leg: object, error: GatewayError) -> Outcome:
    """The wait loop brings them on by itself a little later."""
    if isinstance(error, MaybeDone):
        return Unknown("the wait loop brings them")
    return offer_calls.not_fetched(uow, row.about_id, error.code if isinstance(error, Refused) else None)


def _warn(runtime: Runtime, warn: Warn) -> None:
    runtime.gateway.announce(warn.room, _addresses(runtime).warning(warn.token))


def _not_warned(uow: UnitOfWork, row: Claimed, warn: Warn, error: GatewayError) -> Outcome:
    """Asked again soon while the network does not listen."""
    if isinstance(error, MaybeDone):
        return Unknown("they may have heard it, so it is not said again")
    if not isinstance(error, TryLater):
        return after_error(uow, row, warn, error)
    call_limit.not_warned(uow, row.about_id)
    if row.attempts >= LET_GO_TRIES:
        return Failed("the network did not speak into the room")
    return Retry(uow.now + RING_AGAIN_AFTER, "the network did not listen")


def _call_contact(runtime: Runtime, ring: Ring | LetGo) -> Accepted | None:
    """Call them, for a volunteer who waits in the room; or stop their phone from ringing.

    One who has picked up meanwhile is told by their own next request.
    """
    if isinstance(ring, LetGo):
        runtime.gateway.end_call(ring.call_sid, answered=False)
        return None
    ours = _addresses(runtime)
    return runtime.gateway.place_call(
        OutgoingCall(
            ring.to, ring.from_, ours.back(ring.token), ours.back_status(ring.token), ring.ring_for,
            ours.back_machine(ring.token) if ring.listen else None, after_beep=ring.listen == "after beep",
        )
    )  # fmt: skip


def _called(uow: UnitOfWork, row: Claimed, _ring: Ring | LetGo, accepted: Accepted | None) -> Outcome:
    if accepted is None:
        return Done("nobody waits for them any more")
    return call_backs.calling(uow, row.about_id, accepted.sid)


def _not_called(uow: UnitOfWork, row: Claimed, ring: Ring | LetGo, error: GatewayError) -> Outcome:
    """Ask again soon, a few times: a volunteer waits in the room."""
    if isinstance(ring, LetGo):
        return _not_let_go(uow, row, ring, error)
    if isinstance(error, MaybeDone):
        return MAY_RING
    again = isinstance(error, TryLater) and row.attempts < TRIES
    outcome = call_backs.not_called(uow, row.about_id, again=again)
    return Retry(uow.now + RING_AGAIN_AFTER, "the network did not take the call") if again else outcome


def _leave_message(runtime: Runtime, found: tuple[str, str]) -> None:
    call_sid, token = found
    runtime.gateway.move_call(call_sid, _addresses(runtime).left_message(token))


def _addresses(runtime: Runtime) -> Addresses:
    """Where the network finds us. Nothing that is rung here is played from a signed address."""
    return Addresses(runtime.settings.public_url, media=str)


RING_OFFER = Steps(
    lambda uow, row: offer_calls.to_ring(uow, row.about_id, row.attempts),
    _ring_volunteer,
    lambda uow, row, _ring, accepted: offer_calls.rung(uow, row.about_id, accepted.sid),
    _not_rung,
)
"""Ring one volunteer for one relay."""

CANCEL_OFFER = Steps(lambda uow, row: offer_calls.to_let_go(uow, row.about_id), _end_leg, failed=_not_let_go)
"""Let a volunteer's phone go."""

MOVE_CALLER = Steps(lambda uow, row: offer_calls.to_fetch(uow, row.about_id), _fetch, failed=_not_fetched)
"""Fetch a contact's leg out of its wait loop."""

TALK_WARNING = Steps(lambda uow, row: call_limit.to_warn(uow, row.about_id), _warn, failed=_not_warned)
"""Tell both in a room that their limit is near."""

CALL_CONTACT: Steps[Ring | LetGo, Accepted | None] = Steps(
    lambda uow, row: call_backs.to_call(uow, row.about_id, row.attempts), _call_contact, _called, _not_called
)
"""Call a contact back."""

LEAVE_MESSAGE = Steps(lambda uow, row: call_backs.to_leave(uow, row.about_id), _leave_message)
"""Say a few words onto the machine of a contact who agreed to that. Asked once: it may have begun to be said."""

CASE_WATCH: Local = Steps(lambda uow, row: case_announcements.watch(uow, row.about_id, row.turn or 0))
"""A case is announced, announced again, or given back to the others."""

SETTLE_WAITING: Local = Steps(lambda uow, row: waiting_texts.settled(uow, row.about_id))
"""Somebody has taken a contact's texts: what waited for the next shift is settled."""

BLOCK_REVIEW: Local = Steps(lambda uow, row: blocks.review_due(uow, row.about_id))
"""A block is to be looked at again."""

NEXT_WAVE: Local = Steps(lambda uow, row: waves.next_wave(uow, row.about_id, row.turn or 0))
"""The next volunteers are asked."""

GIVE_UP: Local = Steps(lambda uow, row: waves.give_up(uow, row.about_id))
"""The limit has passed and nobody took it."""

RELAY_IDLE: Local = Steps(lambda uow, row: text_ending.quiet(uow, row.about_id))
"""A text relay may have gone quiet."""

RELAY_LOST: Local = Steps(lambda uow, row: tell_it_was_lost(uow, row.about_id))
"""A relayed text did not arrive: tell whoever wrote it."""

SHIFT_REMINDER: Local = Steps(
    lambda uow, row: shift_reminders.remind(uow, row.about_id, relay_rows.is_texting)
)  # fmt: skip
"""Remind a volunteer of one time on shift: asked in other words while they text with a contact."""


LOST = "relay_lost"
"""Of the messages that say so: what is told of is no such message itself, so nothing goes round in a circle."""

TOLD_AGAIN_AFTER = timedelta(minutes=10)


def tell_it_was_lost(uow: UnitOfWork, message_id: str) -> Outcome:
    """Tell whoever wrote this text that it did not arrive, for they wait for an answer to it. Answers what was done.

    Once for what fails together (a long text in parts, two texts to a phone that is off), and whatever the network's
    reason: who wrote can do the same about each. What else an error leads to: checkin.conversations.text_failures.
    """
    row = uow.session.get(Message, message_id)
    relay = relay_rows.of_id(uow.session, row.relay_id) if row is not None and row.relay_id is not None else None
    if row is None or relay is None:
        return Skipped("forgotten")
    if row.status in delivery_state.ARRIVED:
        return Skipped("it arrived after all")
    if row.contact_id is not None:
        return _to_volunteers(uow, relay)
    return _to_contact(uow, relay) if row.volunteer_id == relay.volunteer_id else Skipped("a lead's copy")


def _to_volunteers(uow: UnitOfWork, relay: Relay) -> Outcome:
    """The volunteer, and a lead who writes beside them. Whoever has left hears nothing more, and that was told."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    if contact.opted_out_at is not None:
        return Skipped("they left")
    told = 0
    for volunteer_id in filter(None, (relay.volunteer_id, relay.lead_id)):
        volunteer = uow.session.get(Volunteer, volunteer_id)
        if volunteer is None or _told(uow, relay, Message.volunteer_id == volunteer_id):
            continue
        words = say(uow, volunteer, "relays.lost", alias=contact.alias, number=relay.number)
        messages.send(uow, line=relay.line, volunteer=volunteer, body=words, kind=LOST, relay_id=relay.id)
        told += 1
    return Done() if told else Skipped("told already")


def _to_contact(uow: UnitOfWork, relay: Relay) -> Outcome:
    """A contact who still writes to somebody whom nothing reaches."""
    contact = uow.session.get_one(Contact, relay.contact_id)
    if relay.state != "joined" or not contacts.takes_texts(uow, contact):
        return Skipped("they do not write any more")
    if _told(uow, relay, Message.contact_id == contact.id):
        return Skipped("told already")
    words = to_contact(uow, relay.line, "sms", relay.speaks, "relay_not_there").text
    contact_side.write(uow, relay, contact, words, kind=LOST)
    return Done()


def _told(uow: UnitOfWork, relay: Relay, to: object) -> bool:
    """Whether they have read so a moment ago."""
    lately = Message.created_at >= uow.now - TOLD_AGAIN_AFTER
    found = exists().where(Message.kind == LOST, Message.relay_id == relay.id, lately, to)  # type: ignore[arg-type]
    return bool(uow.session.scalar(select(found)))
