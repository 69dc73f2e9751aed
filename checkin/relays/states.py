"""The states of a relay and its offers, and the guarded updates between them. There is no other lock.

Whoever changes the one row has won; whoever changes none reads what the winner left. A transaction that touches a
relay and its offers takes the relay first, so that two never wait for each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, exists, update

from checkin.core.statements import changed, changed_row, returned
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox import outbox
from checkin.relays import aftercare
from checkin.relays import queries as relay_rows
from checkin.relays.models import Offer, Relay
from checkin.relays.rules.waves import limit

Over = Literal["unanswered", "left", "message"]
TurnedAway = Literal["busy", "closed"]
"""Relays of people whom nobody could be asked for: over from the start."""

WhyCanceled = Literal["taken", "contact left", "limit", "passed on"]
LeftBy = Literal["contact", "volunteer", "room", "limit", "idle", "machine", "blocked"]

NEWS_MAY_TAKE = timedelta(minutes=2)
"""A talk whose end nobody told us is over this long after its limit."""

LEG_MAY_LINGER = timedelta(seconds=3)
"""After a talk both legs end by themselves; one that still lives after this is ended by us."""

OVER = ("declined", "no_answer", "busy", "failed", "machine", "canceled", "skipped")
"""States that an offer never leaves."""


def relay_row(
    uow: UnitOfWork, line: str, channel: str, contact_id: str, conversation_id: str | None, speaks: str,
    lasts: timedelta, **others: object,
) -> dict[str, object]:  # fmt: skip
    """A new relay, to be inserted: open, until `lasts` from now, under the line's next number. others: by column."""
    return {
        "id": uow.new_id(), "line": line, "number": relay_rows.next_number(line), "token": uow.new_id(),
        "room": uow.new_id(), "channel": channel, "contact_id": contact_id, "conversation_id": conversation_id,
        "speaks": speaks, "opened_at": uow.now, "limit_at": uow.now + lasts, **others,
    }  # fmt: skip


def offer_row(
    uow: UnitOfWork, relay: Relay, volunteer_id: str | None, *, wave: int = 0, role: str = "peer"
) -> dict[str, object]:
    """A new offer of this relay, to be inserted: planned, or by text made now. volunteer_id None: the backup number."""
    rings = relay.channel == "voice"
    return {
        "id": uow.new_id(), "line": relay.line, "relay_id": relay.id, "volunteer_id": volunteer_id,
        "token": uow.new_id(), "channel": relay.channel, "role": role, "wave": wave, "live": True,
        "state": "planned" if rings else "ringing", "planned_at": uow.now, "rung_at": None if rings else uow.now,
    }  # fmt: skip


def close(uow: UnitOfWork, relay_id: str, to: Over, why: WhyCanceled, *, told: bool = False) -> Relay | None:
    """Out of `open` without a volunteer: every offer of it is canceled. None: somebody else was first.

    told: the contact's own leg is here and hears about it now.
    """
    values = {"state": to, "ended_at": uow.now} | ({"told_at": uow.now} if told else {})
    relay = _change(uow, and_(Relay.id == relay_id, Relay.state == "open"), values)
    if relay is not None:
        cancel_offers(uow, relay_id, why)
    return relay


def take(uow: UnitOfWork, relay_id: str, offer: Offer) -> Relay | None:
    """Out of `open` into `joined` by this offer, if it still stands. The others are canceled. None: too late."""
    stands = exists().where(Offer.id == offer.id, Offer.live, Offer.state.in_(("answered", "ringing", "planned")))
    relay = _change(
        uow,
        and_(Relay.id == relay_id, Relay.state == "open", stands),
        {
            "state": "joined",
            "volunteer_id": offer.volunteer_id,
            "joined_at": uow.now,
            "active_at": uow.now,
        },
    )
    if relay is None:
        return None
    accept(uow, relay_id, offer)
    return relay


def accept(uow: UnitOfWork, relay_id: str, offer: Offer, *where: ColumnElement[bool]) -> None:
    """This offer is accepted; every other live one of the relay (`where`) was taken by it, and its leg ends."""
    mine = Offer.id == offer.id
    rows = returned(
        uow.session,
        update(Offer)
        .where(Offer.relay_id == relay_id, Offer.live, *where)
        .values(
            state=case((mine, "accepted"), else_="canceled"),
            live=mine,
            reason=case((mine, None), else_="taken"),
            ended_at=case((mine, None), else_=uow.now),
        )
        .returning(Offer.id, Offer.call_sid),
    )
    end_legs(uow, [(offer_id, sid) for offer_id, sid in rows if offer_id != offer.id])


def finish(uow: UnitOfWork, by: LeftBy, *where: ColumnElement[bool]) -> Relay | None:
    """Out of `joined`: the talk is over, and the volunteer's leg with it. None: it was over already."""
    relay = _change(uow, and_(Relay.state == "joined", *where), {"state": "ended", "ended_at": uow.now, "left_by": by})
    if relay is not None:
        after_talk(uow, relay)
    return relay


def reopen(uow: UnitOfWork, line: str, relay_id: str, volunteer_id: str) -> Relay | None:
    """Out of `joined` back into `open`: this volunteer hands a text relay on. None: they have it no more."""
    relay = _change(
        uow,
        and_(Relay.id == relay_id, Relay.state == "joined", Relay.volunteer_id == volunteer_id),
        {
            "state": "open",
            "volunteer_id": None,
            "lead_id": None,
            "joined_at": None,
            "limit_at": uow.now + limit(uow.policy(line), "text"),
        },
    )
    if relay is not None:
        live = update(Offer).where(Offer.relay_id == relay_id, Offer.live)
        changed(uow.session, live.values(state="declined", live=False, reason="passed on", ended_at=uow.now))
    return relay


def left_by_contact(uow: UnitOfWork, *where: ColumnElement[bool]) -> Relay | None:
    """The contact is gone: out of `open` into `left`, out of `joined` into `ended`. None: no such relay lives."""
    waiting = Relay.state == "open"
    relay = _change(
        uow,
        and_(Relay.state.in_(("open", "joined")), *where),
        {
            "state": case((waiting, "left"), else_="ended"),
            "ended_at": uow.now,
            "told_at": uow.now,
            "left_by": "contact",
        },
    )
    if relay is None:
        return None
    if relay.state == "left":
        cancel_offers(uow, relay.id, "contact left")
    else:
        after_talk(uow, relay)
    return relay


def cancel_offers(uow: UnitOfWork, relay_id: str, why: WhyCanceled) -> None:
    """End every live offer of this relay; phones that ring or listen to the question are let go at once."""
    rows = returned(
        uow.session,
        update(Offer)
        .where(Offer.relay_id == relay_id, Offer.live)
        .values(state="canceled", live=False, reason=why, ended_at=uow.now)
        .returning(Offer.id, Offer.call_sid),
    )
    end_legs(uow, [(offer_id, sid) for offer_id, sid in rows])


def end_offer(uow: UnitOfWork, offer: Offer, state: str, reason: str | None, *, only_from: Sequence[str]) -> bool:
    """One offer is over while its relay goes on. False: it was over already, or further than `only_from`."""
    live = update(Offer).where(Offer.id == offer.id, Offer.live, Offer.state.in_(only_from))
    return bool(changed(uow.session, live.values(state=state, live=False, reason=reason, ended_at=uow.now)))


def seconds_joined(relay: Relay) -> int:
    """How long they were together, in whole seconds; 0 when the contact never reached the room of a call."""
    began = relay.joined_at if relay.channel == "sms" else relay.in_room_at
    if began is None or relay.ended_at is None:
        return 0
    return max(0, int((relay.ended_at - began).total_seconds()))


def dropped_early(uow: UnitOfWork, relay: Relay) -> bool:
    """Whether the volunteer of a call was lost so soon that the contact is offered to be joined again."""
    if relay.channel != "voice" or relay.left_by == "contact":
        return False
    return timedelta(seconds=seconds_joined(relay)) < uow.policy(relay.line).early_drop


def after_talk(uow: UnitOfWork, relay: Relay) -> None:
    """Set everyone free: legs that live on are ended or fetched, and the volunteer rests and is asked how they are.

    A lead who is just being asked to join is not asked any more.
    """
    early = dropped_early(uow, relay) or (relay.channel == "voice" and relay.in_room_at is None)
    joined = Offer.state == "accepted"
    offers = returned(
        uow.session,
        update(Offer)
        .where(Offer.relay_id == relay.id, Offer.live)
        .values(
            state=case((joined, "accepted"), else_="canceled"),
            reason=case((joined, Offer.reason), else_="contact left"),
            live=False,
            ended_at=uow.now,
            care=case((and_(joined, Offer.role == "peer"), None if early else "asked"), else_=None),
        )
        .returning(Offer.id, Offer.call_sid, Offer.state),
    ).all()
    end_legs(uow, [(offer_id, sid) for offer_id, sid, state in offers if state == "canceled"])
    for offer_id, sid, state in offers:
        if state == "accepted" and sid is not None:
            outbox.later(uow, "cancel_offer", offer_id, uow.now + LEG_MAY_LINGER)
    if relay.channel == "voice" and relay.told_at is None:
        outbox.later(uow, "move_caller", relay.id, uow.now)
    if relay.channel == "voice" and relay.case_id is not None and relay.in_room_at is None:
        outbox.later(uow, "call_contact", relay.id, uow.now)  # their phone may be ringing for nobody
    if relay.volunteer_id is not None and not early:
        aftercare.rest(uow, relay)


def end_legs(uow: UnitOfWork, offers: Sequence[tuple[str, str | None]]) -> None:
    """A phone whose call we know is let go. One whose call is just being placed is let go when we know it."""
    for offer_id, call_sid in offers:
        if call_sid is not None:
            outbox.later(uow, "cancel_offer", offer_id, uow.now)


def _change(uow: UnitOfWork, where: ColumnElement[bool], values: dict[str, Any]) -> Relay | None:
    return changed_row(uow.session, update(Relay).where(where).values(**values), Relay)
