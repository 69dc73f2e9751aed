"""What an account is and owns beside numbers and traffic: its kind, money, services, flows and registrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

PRICES = {"local": "1.15", "toll free": "2.15"}
"""Dollars a month for a number in the US, as Twilio's list has them."""

FOR_SALE = {
    "Local": ("+12015550142", "+12015550143", "+14155550144", "+14155550145"),
    "TollFree": ("+18335550146", "+18885550147"),
}
"""Numbers that can be bought here, made up like all others."""


@dataclass
class PracticeService:
    """A messaging service. senders: sids of its numbers; campaigns: how its registrations stand."""

    sid: str
    name: str
    made_at: datetime
    inbound_url: str = ""
    fallback_url: str = ""
    status_url: str = ""
    on_number: bool = False
    senders: list[str] = field(default_factory=list)
    campaigns: list[str] = field(default_factory=list)


@dataclass
class PracticeFlow:
    """A Studio flow, with the newest definition that was published."""

    sid: str
    name: str
    status: str
    definition: dict[str, Any]
    made_at: datetime
    revision: int = 1


@dataclass
class PracticeAccount:
    """It is well unless a test says otherwise.

    toll_free: a number's sid, and how its verification stands. closed: countries (ISO) that nobody may call. keys: API
    keys that sign in as the token does, with their secrets. profiles: how its business profiles stand (Trust Hub).
    """

    kind: Literal["Full", "Trial"] = "Full"
    status: Literal["active", "suspended", "closed"] = "active"
    balance: str = "20.00"
    brands: list[str] = field(default_factory=list)
    services: dict[str, PracticeService] = field(default_factory=dict)
    flows: dict[str, PracticeFlow] = field(default_factory=dict)
    toll_free: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    keys: dict[str, str] = field(default_factory=dict)
    profiles: list[str] = field(default_factory=list)
