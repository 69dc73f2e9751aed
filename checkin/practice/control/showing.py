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
            "phones": [phone(state) for state in exchange.phones.values()],
            **time(exchange),
            "last_event": exchange.log.last(),
            "busy": exchange.webhooks.asking + exchange.later.pending,
        }


def time(exchange: Exchange) -> dict[str, Any]:
    """What time it is, and how fast it passes."""
    return {
        "now": exchange.clock.now().isoformat(),
        "offset": exchange.clock.offset,
        "pace": exchange.pace.rate,
        "patient": exchange.pace.patient,
    }


def phone(phone_state: PhoneState) -> dict[str, Any]:
    """A phone, and the call it is on."""
    return {
        "id": phone_state.id,
        "number": phone_state.number,
        "name": phone_state.name,
        "when_called": phone_state.when_called,
        "patient": phone_state.patient,
        "withheld": phone_state.withheld,
        "text_error": phone_state.text_error,
        "claimed": phone_state.claimed,
        "call": None if phone_state.live is None else call(phone_state.live),
    }


def call(leg: Call) -> dict[str, Any]:
    """A call as its phone's owner knows it. rings: it can be answered; with: whom one can talk with."""
    incoming = leg.direction != "inbound"
    return {
        "sid": leg.sid,
        "status": leg.status,
        "incoming": incoming,
        "other": leg.from_ if incoming else leg.to,
        "rings": incoming and leg.status == "ringing",
        "with": rooms.company(leg),
        "room": leg.room.sid if leg.room else None,
        "asking": leg.asking.kind if leg.asking else None,
    }


def texts(exchange: Exchange, of: PhoneState) -> list[dict[str, Any]]:
    """The texts that this phone sent and got, oldest first. Undelivered ones never reached it."""
    with exchange.lock:
        found = [text for text in exchange.texts.values() if _concerns(text, of)]
    return [
        {
            "sid": entry.sid,
            "at": entry.made_at.isoformat(),
            "from": entry.from_,
            "to": entry.to,
            "body": entry.body,
            "incoming": entry.direction != "inbound",
            "status": entry.status,
        }
        for entry in found
    ]


def _concerns(practice_text: PracticeText, of: PhoneState) -> bool:
    if practice_text.direction == "inbound":
        return practice_text.from_ == of.shown
    return practice_text.to == of.number and practice_text.status in ("sent", "delivered")
