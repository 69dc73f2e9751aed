"""Rings volunteers, lets their phones go, fetches contacts out of the wait loop, and keeps the time of relays.

What calls out takes three steps: a transaction that checks the truth once more, the network with no transaction
open, a transaction that records what came of it. One call that fails never touches the others.
"""

from __future__ import annotations

from datetime import timedelta

from checkin.cases import announcements, blocks
from checkin.channels.addresses import Addresses
from checkin.delivery.claimed import Claimed, Handler
from checkin.gateway.port import OutgoingCall, Refused, TryLater, Unknown
from checkin.reply import WaitTick
from checkin.runtime import Runtime
from checkin.services import outbox
from checkin.services.relaying import (
    call_backs,
    offers_ringing,
    relays_limit,
    relays_waves,
    text_relays_ending,
    waiting_texts,
)
from checkin.services.relaying.ring import LetGo
from checkin.work import Work

TRIES = 3
RING_AGAIN_AFTER = timedelta(seconds=2)
"""A call that the network did not take is asked for again this soon: somebody waits."""

LET_GO_TRIES = 20
LET_GO_AGAIN_AFTER = timedelta(seconds=1)
"""A phone that rings for nobody is let go as soon as the network listens."""


def ring_offer(runtime: Runtime, row: Claimed) -> str:
    """Ring one volunteer for one relay."""
    ring = runtime.do(lambda work: offers_ringing.to_ring(work, row.about_id, row.attempts))
    if isinstance(ring, str):
        return ring
    ours = _addresses(runtime)
    try:
        accepted = runtime.gateway.place_call(
            OutgoingCall(
                ring.to,
                ring.from_,
                ours.offer(ring.token),
                ours.offer_status(ring.token),
                ring.ring_for,
                ours.offer_machine(ring.token) if ring.listen else None,
            )
        )
    except TryLater as error:
        code = error.code
        return runtime.do(lambda work: _not_taken(work, row, code))
    except Refused as error:
        code = error.code
        return runtime.do(lambda work: offers_ringing.not_rung(work, row.about_id, code))
    except Unknown:
        return "unknown: it may be ringing; its own receipts will tell"
    return runtime.do(lambda work: offers_ringing.rung(work, row.about_id, accepted.sid))


def cancel_offer(runtime: Runtime, row: Claimed) -> str:
    """Let a volunteer's phone go. One who is just listening to our question hears why, and that ends their call."""
    leg = runtime.do(lambda work: offers_ringing.to_let_go(work, row.about_id))
    if isinstance(leg, str):
        return leg
    try:
        if leg.listening:
            runtime.gateway.move_call(leg.call_sid, _addresses(runtime).offer(leg.token))
        else:
            runtime.gateway.end_call(leg.call_sid, answered=leg.picked_up)
    except Refused:
        return "done: it was over"
    except (TryLater, Unknown):
        return runtime.do(lambda work: _let_go_again(work, row))
    return "done"


def move_caller(runtime: Runtime, row: Claimed) -> str:
    """Fetch a contact's leg out of its wait loop. If that fails, the loop brings it on by itself a little later."""
    leg = runtime.do(lambda work: offers_ringing.to_fetch(work, row.about_id))
    if isinstance(leg, str):
        return leg
    call_sid, token = leg
    try:
        runtime.gateway.move_call(call_sid, _addresses(runtime).of(WaitTick(token, 0)))
    except Refused as error:
        code = error.code
        return runtime.do(lambda work: offers_ringing.not_fetched(work, row.about_id, code))
    except TryLater:
        return runtime.do(lambda work: offers_ringing.not_fetched(work, row.about_id, None))
    except Unknown:
        return "unknown: the wait loop brings them"
    return "done"


def talk_warning(runtime: Runtime, row: Claimed) -> str:
    """Tell both in a room that their limit is near. Asked again soon while the network does not listen."""
    warn = runtime.do(lambda work: relays_limit.to_warn(work, row.about_id))
    if isinstance(warn, str):
        return warn
    try:
        runtime.gateway.announce(warn.room, _addresses(runtime).warning(warn.token))
    except TryLater:
        return runtime.do(lambda work: _warn_again(work, row))
    except Unknown:
        return "unknown: they may have heard it, so it is not said again"
    return "done"


def call_contact(runtime: Runtime, row: Claimed) -> str:
    """Call a contact back, for a volunteer who waits in the room."""
    ring = runtime.do(lambda work: call_backs.to_call(work, row.about_id, row.attempts))
    if isinstance(ring, LetGo):
        return _let_go(runtime, row, ring.call_sid)
    if isinstance(ring, str):
        return ring
    ours = _addresses(runtime)
    try:
        accepted = runtime.gateway.place_call(
            OutgoingCall(
                ring.to,
                ring.from_,
                ours.back(ring.token),
                ours.back_status(ring.token),
                ring.ring_for,
                ours.back_machine(ring.token) if ring.listen else None,
                after_beep=ring.listen == "after beep",
            )
        )
    except TryLater:
        return runtime.do(lambda work: _contact_not_called(work, row))
    except Refused:
        return runtime.do(lambda work: call_backs.not_called(work, row.about_id, again=False))
    except Unknown:
        return "unknown: it may be ringing; its own receipts will tell"
    return runtime.do(lambda work: call_backs.calling(work, row.about_id, accepted.sid))


def leave_message(runtime: Runtime, row: Claimed) -> str:
    """Say a few words onto the machine of a contact who agreed to that. Asked once: it may have begun to be said."""
    found = runtime.do(lambda work: call_backs.to_leave(work, row.about_id))
    if isinstance(found, str):
        return found
    call_sid, token = found
    runtime.gateway.move_call(call_sid, _addresses(runtime).left_message(token))
    return "done"


def case_watch(runtime: Runtime, row: Claimed) -> str:
    """A case is announced, announced again, or given back to the others."""
    return runtime.do(lambda work: announcements.watch(work, row.about_id, row.turn or 0))


def settle_waiting(runtime: Runtime, row: Claimed) -> str:
    """Somebody has taken a contact's texts: what waited for the next shift is settled."""
    return runtime.do(lambda work: waiting_texts.settled(work, row.about_id))


def block_review(runtime: Runtime, row: Claimed) -> str:
    """A block is to be looked at again."""
    return runtime.do(lambda work: blocks.review_due(work, row.about_id))


def next_wave(runtime: Runtime, row: Claimed) -> str:
    """The next volunteers are asked."""
    return runtime.do(lambda work: relays_waves.next_wave(work, row.about_id, row.turn or 0))


def give_up(runtime: Runtime, row: Claimed) -> str:
    """The limit has passed and nobody took it."""
    return runtime.do(lambda work: relays_waves.give_up(work, row.about_id))


def relay_idle(runtime: Runtime, row: Claimed) -> str:
    """A text relay may have gone quiet."""

    def look(work: Work) -> str:
        result = text_relays_ending.quiet(work, row.about_id)
        if isinstance(result, str):
            return result
        outbox.again(work, row.id, result, "somebody wrote")
        return "again: somebody wrote"

    return runtime.do(look)


def _warn_again(work: Work, row: Claimed) -> str:
    relays_limit.not_warned(work, row.about_id)
    if row.attempts >= LET_GO_TRIES:
        return "failed: the network did not speak into the room"
    outbox.again(work, row.id, work.now + RING_AGAIN_AFTER, "the network did not listen")
    return "again: the network did not listen"


def _let_go(runtime: Runtime, row: Claimed, call_sid: str) -> str:
    """Stop a contact's phone from ringing. One who has picked up is told by their own next request."""
    try:
        runtime.gateway.end_call(call_sid, answered=False)
    except Refused:
        return "done: it was over"
    except (TryLater, Unknown):
        return runtime.do(lambda work: _let_go_again(work, row))
    return "done: nobody waits for them any more"


def _contact_not_called(work: Work, row: Claimed) -> str:
    """Ask again soon, a few times: a volunteer waits in the room."""
    result = call_backs.not_called(work, row.about_id, again=row.attempts < TRIES)
    if row.attempts >= TRIES:
        return result
    outbox.again(work, row.id, work.now + RING_AGAIN_AFTER, "the network did not take the call")
    return "again: the network did not take the call"


def _let_go_again(work: Work, row: Claimed) -> str:
    """Letting a phone go twice does no harm, so what may not have happened is asked for again, soon."""
    if row.attempts >= LET_GO_TRIES:
        return "failed: the network did not let it go; it rings out by itself"
    outbox.again(work, row.id, work.now + LET_GO_AGAIN_AFTER, "the network did not answer")
    return "again: the network did not answer"


def _addresses(runtime: Runtime) -> Addresses:
    """Where the network finds us. Nothing that is rung here is played from a signed address."""
    return Addresses(runtime.settings.public_url, media=str)


def _not_taken(work: Work, row: Claimed, code: int | None) -> str:
    """Ask again soon, a few times; then this offer has failed."""
    if row.attempts >= TRIES:
        return offers_ringing.not_rung(work, row.about_id, code)
    offers_ringing.ring_again(work, row.about_id)
    outbox.again(work, row.id, work.now + RING_AGAIN_AFTER, "the network did not take the call")
    return "again: the network did not take the call"


HANDLERS: dict[str, Handler] = {
    "ring_offer": ring_offer,
    "cancel_offer": cancel_offer,
    "move_caller": move_caller,
    "call_contact": call_contact,
    "leave_message": leave_message,
    "case_watch": case_watch,
    "talk_warning": talk_warning,
    "settle_waiting": settle_waiting,
    "block_review": block_review,
    "next_wave": next_wave,
    "give_up": give_up,
    "relay_idle": relay_idle,
}
