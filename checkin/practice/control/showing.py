"""What the control API shows of phones, calls and texts."""

from __future__ import annotations

from typing import Any

from checkin.practice.calls import rooms
from checkin.practice.exchange import Exchange
from checkin.practice.state import Call, PhoneState, PracticeText


def network(exchange: Exchange) -> dict[str, Any]:
    """The whole at a glance."""
    with exchange.lock:
        return {
            "account": exchange.settings.account,
            "numbers": list(exchange.numbers),
            "phones": [phone(one) for one in exchange.phones.values()],
            "now": exchange.clock.now().isoformat(),
            "offset": exchange.clock.offset,
            "pace": exchange.pace.rate,
            "patient": exchange.pace.patient,
            "last_event": exchange.log.last(),
            "busy": exchange.webhooks.asking + exchange.later.pending,
        }


def phone(one: PhoneState) -> dict[str, Any]:
    """A phone, and the call it is on."""
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "when_called": one.when_called,
        "patient": one.patient,
        "withheld": one.withheld,
        "text_error": one.text_error,
        "claimed": one.claimed,
        "call": None if one.live is None else call(one.live),
    }


def call(one: Call) -> dict[str, Any]:
    """A call as its phone's owner knows it. rings: it can be answered; with: whom one can talk with."""
    incoming = one.direction != "inbound"
    return {
        "sid": one.sid,
        "status": one.status,
        "incoming": incoming,
        "other": one.from_ if incoming else one.to,
        "rings": incoming and one.status == "ringing",
        "with": rooms.company(one),
        "room": one.room.sid if one.room else None,
        "asking": one.asking.kind if one.asking else None,
    }


def texts(exchange: Exchange, of: PhoneState) -> list[dict[str, Any]]:
    """The texts that this phone sent and got, oldest first. Undelivered ones never reached it."""
    with exchange.lock:
        found = [one for one in exchange.texts.values() if _concerns(one, of)]
    return [
        {
            "sid": one.sid,
            "at": one.made_at.isoformat(),
            "from": one.from_,
            "to": one.to,
            "body": one.body,
            "incoming": one.direction != "inbound",
            "status": one.status,
        }
        for one in found
    ]


def _concerns(one: PracticeText, of: PhoneState) -> bool:
    if one.direction == "inbound":
        return one.from_ == of.shown
    return one.to == of.number and one.status in ("sent", "delivered")
