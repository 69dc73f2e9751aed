"""What must change at the network and in the .env so that the line works: compared, not done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checkin.telephony.account_port import MessagingService, NumberForSale, OwnedNumber, StudioFlow

FALLBACK = "(the fallback's address)"
"""Stands where the address of a flow will stand that is not made yet."""

MASK = "••••••••"
SECRET = frozenset({"TWILIO_AUTH_TOKEN", "CHECKIN_SECRET", "CHECKIN_HEALTH_TOKEN", "DATABASE_URL", "REDIS_URL"})
"""What of the .env is never shown."""

SAID = {
    "sms_url": "texts go to",
    "sms_fallback_url": "texts, while we're down",
    "voice_url": "calls go to",
    "voice_fallback_url": "calls, while we're down",
    "status_callback": "how calls ended goes to",
    "inbound_request_url": "texts go to",
    "fallback_url": "texts, while we're down",
}


@dataclass(frozen=True)
class FlowChange:
    """A flow is made (sid None) or published anew. before: what was in it."""

    name: str
    definition: Mapping[str, Any]
    sid: str | None = None
    before: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class AddressChange:
    """A number (or a messaging service) is pointed elsewhere: names of addresses, and where they led and will lead."""

    of: str
    sid: str
    name: str
    before: Mapping[str, str]
    after: Mapping[str, str]

    def now_leading_to(self, fallback: str) -> Mapping[str, str]:
        """What to write, with the address of the flow that was made meanwhile."""
        return {name: fallback if value == FALLBACK else value for name, value in self.after.items()}


@dataclass(frozen=True)
class EnvChange:
    """Values that are written into the .env; those that it has already and that are right are none."""

    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True)
class SetupPlan:
    """All that changes, in the order in which it is done. buys: a number that is rented first, and what it costs."""

    buys: NumberForSale | None = None
    price: str | None = None
    flow: FlowChange | None = None
    addresses: Sequence[AddressChange] = ()
    env: EnvChange = field(default_factory=lambda: EnvChange({}, {}))

    @property
    def at_network(self) -> bool:
        return bool(self.buys or self.flow or self.addresses)

    @property
    def empty(self) -> bool:
        return not self.at_network and not self.env.after


def addresses_of(public_url: str, fallback: str) -> dict[str, str]:
    """Where each address of a number is to lead."""
    return {
        "sms_url": f"{public_url}/webhooks/sms",
        "sms_fallback_url": fallback,
        "voice_url": f"{public_url}/webhooks/voice",
        "voice_fallback_url": fallback,
        "status_callback": f"{public_url}/webhooks/voice/status",
    }


def service_addresses_of(public_url: str, fallback: str) -> dict[str, str]:
    """The same of a messaging service whose own addresses count."""
    return {"inbound_request_url": f"{public_url}/webhooks/sms", "fallback_url": fallback}


def flow_change(known: StudioFlow | None, name: str, definition: Mapping[str, Any]) -> FlowChange | None:
    """What must be done so that this flow is published; None: it is."""
    if known is None:
        return FlowChange(name, definition)
    if known.published and known.definition == definition and known.name == name:
        return None
    return FlowChange(name, definition, known.sid, known.definition)


def number_change(number: OwnedNumber, wanted: Mapping[str, str]) -> AddressChange | None:
    """What of the number leads elsewhere than it should, or is not asked for by POST."""
    after = {
        name: value for name, value in wanted.items()
        if number.addresses.get(name, "") != value or name in number.not_posted
    }  # fmt: skip
    before = {name: number.addresses.get(name, "") for name in after}
    return AddressChange("number", number.sid, number.number, before, after) if after else None


def service_change(service: MessagingService, wanted: Mapping[str, str]) -> AddressChange | None:
    """The same of the messaging service that the number is a sender of; None where the number's addresses count."""
    if service.on_number:
        return None
    after = {name: value for name, value in wanted.items() if service.addresses.get(name, "") != value}
    before = {name: service.addresses.get(name, "") for name in after}
    return AddressChange("service", service.sid, service.name, before, after) if after else None


def env_change(known: Mapping[str, str], wanted: Mapping[str, str]) -> EnvChange:
    """What of the .env is missing or different."""
    after = {name: value for name, value in wanted.items() if known.get(name, "") != value}
    return EnvChange({name: known[name] for name in after if known.get(name)}, after)


def lines_of(plan: SetupPlan) -> list[tuple[str, str]]:
    """What changes at the network, in words: a sign (+ new, ~ changed) and what. Nothing secret."""
    told: list[tuple[str, str]] = []
    if plan.buys:
        place = f" ({plan.buys.place})" if plan.buys.place else ""
        told.append(("+", f"rents {plan.buys.number}{place} for {plan.price or 'what Twilio charges'} a month"))
    if plan.flow:
        sign = "~" if plan.flow.sid else "+"
        told.append((sign, f'Studio flow "{plan.flow.name}": answers texts and calls while the line is down'))
    for change in plan.addresses:
        called = f'service "{change.name}"' if change.of == "service" else change.name
        for name, value in change.after.items():
            was = change.before.get(name) or "nowhere"
            told.append(("~", f"{called}: {SAID[name]} {value}  (was: {was})"))
    return told


def env_lines(change: EnvChange) -> list[tuple[str, str]]:
    """What changes in the .env, with secrets masked."""
    return [
        ("~" if name in change.before else "+", f"{name}={MASK if name in SECRET else value}")
        for name, value in change.after.items()
    ]
