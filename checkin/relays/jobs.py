"""Rings volunteers, lets their phones go, fetches contacts out of the wait loop, and keeps the time of relays.

One call that fails never touches the others.
"""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import blocks
from checkin.core.reply import WaitTick
from checkin.core.unit_of_work import UnitOfWork
from checkin.dispatch.steps import Claimed, Local, Steps, after_error
from checkin.outbox.outcomes import Done, Failed, Outcome, Retry, Unknown
from checkin.relays import (
    call_backs,
    call_limit,
    case_announcements,
    lost_texts,
    offer_calls,
    text_ending,
    waiting_texts,
    waves,
)
from checkin.relays import queries as relay_queries
from checkin.relays.call_limit import Warn
from checkin.relays.offer_calls import Leg
from checkin.relays.ring import LetGo, Ring
from checkin.runtime import Runtime
from checkin.telephony.addresses import Addresses
from checkin.telephony.port import Accepted, GatewayError, MaybeDone, OutgoingCall, Refused, TryLater
from checkin.volunteers import shift_reminders

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

RELAY_LOST: Local = Steps(lambda uow, row: lost_texts.tell(uow, row.about_id))
"""A relayed text did not arrive: tell whoever wrote it."""

SHIFT_REMINDER: Local = Steps(
    lambda uow, row: shift_reminders.remind(uow, row.about_id, relay_queries.is_texting)
)  # fmt: skip
"""Remind a volunteer of one time on shift: asked in other words while they text with a contact."""
