"""Before and after a volunteer's phone is rung: what the network is asked for, and what came of it.

Each function is one transaction's worth; the call to the network stands between them, in checkin.relays.jobs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import update

from checkin.core import lines
from checkin.core.rules import phone
from checkin.core.rules.phone import PhoneNumber
from checkin.core.statements import changed, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.outbox.outcomes import Done, Failed, Outcome, Skipped, Unknown
from checkin.relays import queries as relay_rows
from checkin.relays import states, waves
from checkin.relays.models import Offer, Relay
from checkin.relays.queries import AskedVolunteer
from checkin.relays.ring import Ring
from checkin.relays.rules.ringing import SHORTEST_RING
from checkin.telephony.rules import delivery_state
from checkin.telephony.rules.error_codes import meaning
from checkin.volunteers import reach
from checkin.volunteers.models import Volunteer

AGAIN = "will be rung again"
"""The reason of an offer whose call the network did not take, and said that it is safe to ask for again."""


@dataclass(frozen=True)
class Leg:
    """A volunteer's leg that is to be let go.

    listening: a person picked up and hears our question. picked_up: it is to be hung up rather than canceled: they
    joined, or a machine is on it.
    """

    call_sid: str
    token: str
    listening: bool
    picked_up: bool


def to_ring(uow: UnitOfWork, offer_id: str, attempts: int) -> Ring | Outcome:
    """The call to place for this offer; or why not, when the truth has moved on.

    A second attempt after a worker died is not made: the first may be ringing, and its own receipts will tell.
    """
    asked = relay_rows.offer(uow.session, offer_id=offer_id)
    if asked is None or not asked.offer.live or asked.offer.state != "planned":
        return Skipped("not to be rung any more")
    if not asked.wanted:
        return Skipped("nobody waits any more")
    if asked.offer.rung_at is not None and attempts > 1 and asked.offer.reason != AGAIN:
        return Unknown("its worker died while the call was placed")
    numbers = _numbers(uow, asked)
    if isinstance(numbers, Skipped):
        _not_rung(uow, asked, "skipped", numbers.reason)
        return numbers
    number, ours = numbers
    asked.offer.rung_at, asked.offer.reason = uow.now, None
    listen: Literal["machine"] | None = "machine" if uow.policy(asked.relay.line).detect_machines else None
    return Ring(number.e164, ours, asked.offer.token, _ring_for(uow, asked), listen)


def rung(uow: UnitOfWork, offer_id: str, call_sid: str) -> Outcome:
    """The network took the call. If the offer ended meanwhile, its phone is let go at once."""
    asked = relay_rows.offer(uow.session, offer_id=offer_id)
    if asked is None:
        return Skipped("forgotten")
    asked.offer.call_sid = asked.offer.call_sid or call_sid
    if asked.offer.state == "planned":
        asked.offer.state = "ringing"
    if not asked.offer.live and not delivery_state.is_over(asked.offer.call_status or "queued"):
        outbox.later(uow, "cancel_offer", offer_id, uow.now)
    return Done()


def ring_again(uow: UnitOfWork, offer_id: str) -> None:
    """The network did not take it and said that it is safe to ask again."""
    changed(uow.session, update(Offer).where(Offer.id == offer_id, Offer.state == "planned").values(reason=AGAIN))


def not_rung(uow: UnitOfWork, offer_id: str, code: int | None) -> Outcome:
    """The network refused this call. The others ring on; if it was the last one, the next are asked or we give up."""
    asked = relay_rows.offer(uow.session, offer_id=offer_id)
    if asked is None:
        return Skipped("forgotten")
    found = meaning(code)
    words = found.words if found else "the network refused the call" + (f" (error {code})" if code else "")
    if asked.volunteer is not None and found is not None and found.kind == "bad_number":
        reach.on_number_failed(uow, asked.volunteer)
    _not_rung(uow, asked, "failed", words)
    return Failed(f"refused: {words}")


def to_let_go(uow: UnitOfWork, offer_id: str) -> Leg | Outcome:
    """The leg to end for an offer that is over; or why there is none."""
    asked = relay_rows.offer(uow.session, offer_id=offer_id)
    if asked is None or asked.offer.call_sid is None:
        return Skipped("it never rang")
    offer, call_sid = asked.offer, asked.offer.call_sid
    if offer.live or delivery_state.is_over(offer.call_status or "queued"):
        return Skipped("still wanted") if offer.live else Skipped("over already")
    picked_up = (offer.state == "accepted" and not asked.never_met) or offer.state == "machine"
    return Leg(call_sid, offer.token, not picked_up and offer.answered_at is not None, picked_up)


def to_fetch(uow: UnitOfWork, relay_id: str) -> tuple[str, str] | Outcome:
    """The contact's leg (SID) to fetch out of its wait loop and the relay's token; or why not.

    From now on a leg that comes by itself stands aside for a moment, so that the fetch never pulls it out again.
    """
    fetched = returned(
        uow.session,
        update(Relay)
        .where(
            Relay.id == relay_id,
            Relay.channel == "voice",
            Relay.state != "open",
            Relay.told_at.is_(None),
        )
        .values(moving_at=uow.now)
        .returning(Relay.call_sid, Relay.token),
    ).first()
    if fetched is None or fetched[0] is None:
        return Skipped("they know already")
    return fetched[0], fetched[1]


def not_fetched(uow: UnitOfWork, relay_id: str, code: int | None) -> Outcome:
    """The fetch failed: the wait loop gets them there. Or `code` says that their call is over, which is news to us."""
    relay = relay_rows.locked(uow.session, relay_id)
    if relay is None:
        return Skipped("forgotten")
    relay.moving_at = None
    found = meaning(code)
    if found is None or found.kind != "over":
        return Failed("the wait loop brings them")
    uow.session.flush()
    states.left_by_contact(uow, Relay.id == relay.id)
    return Done("they had hung up")


def _not_rung(uow: UnitOfWork, asked: AskedVolunteer, state: str, reason: str) -> None:
    ended = states.end_offer(uow, asked.offer, state, reason[:120], only_from=("planned", "ringing"))
    if ended:
        waves.go_on(uow, asked.relay)


def _numbers(uow: UnitOfWork, asked: AskedVolunteer) -> tuple[PhoneNumber, str] | Skipped:
    """Whom to ring and from which number of ours, or why they must not be rung."""
    number, ours = _number(uow, asked), lines.calls_from(uow, asked.relay.line)
    if isinstance(number, Skipped):
        return number
    return (number, ours) if ours is not None else Skipped("the line has no number to call from")


def _number(uow: UnitOfWork, asked: AskedVolunteer) -> PhoneNumber | Skipped:
    policy, volunteer = uow.policy(asked.relay.line), asked.volunteer
    if asked.offer.volunteer_id is None:
        return policy.backup or Skipped("there is no backup number any more")
    if volunteer is None or volunteer.state != "active":
        return Skipped("no such volunteer any more")
    if (
        asked.relay.case_id is None
        and volunteer.on_duty is False
        and (volunteer.duty_until is None or uow.now < volunteer.duty_until)
    ):
        return Skipped("off duty")
    number = PhoneNumber(uow.vault.decrypt(volunteer, Volunteer.number_encrypted))
    why_not = phone.dialable(number, policy.countries)
    return number if why_not is None else Skipped(why_not)


def _ring_for(uow: UnitOfWork, asked: AskedVolunteer) -> timedelta:
    """Not longer than the flow wished, nor than the contact still waits. (A lead joins those who talk already.)"""
    relay, longest = asked.relay, uow.policy(asked.relay.line).ring_for
    if asked.offer.role == "lead":
        return longest
    if relay.seconds is not None:
        longest = min(longest, timedelta(seconds=relay.seconds))
    return max(SHORTEST_RING, min(longest, relay.limit_at - uow.now))
