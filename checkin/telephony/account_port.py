"""An account at the network, as setting up and checking a line need it: what it owns, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

NumberKind = Literal["local", "toll free"]

ADDRESSES = ("sms_url", "sms_fallback_url", "voice_url", "voice_fallback_url", "status_callback")
"""What of a number we point somewhere, as Twilio's library names it."""

SERVICE_ADDRESSES = ("inbound_request_url", "fallback_url")
"""The same of a messaging service."""


@dataclass(frozen=True)
class AccountState:
    """kind: Full, or Trial. status: active, suspended or closed."""

    sid: str
    name: str
    status: str
    kind: str


@dataclass(frozen=True)
class OwnedNumber:
    """A number of the account's. addresses: ADDRESSES and where each leads, "" for nowhere; methods of those that are
    not POST. elsewhere: what takes its calls or texts in place of the addresses (an application, a trunk)."""

    sid: str
    number: str
    name: str
    addresses: Mapping[str, str]
    voice: bool = True
    texts: bool = True
    not_posted: tuple[str, ...] = ()
    elsewhere: str = ""
    emergency_address: bool = False


@dataclass(frozen=True)
class NumberForSale:
    """One that can be had. place: a town and state, or ""."""

    number: str
    place: str
    kind: NumberKind


@dataclass(frozen=True)
class MessagingService:
    """addresses: SERVICE_ADDRESSES and where each leads. on_number: the number's own addresses count instead."""

    sid: str
    name: str
    addresses: Mapping[str, str]
    on_number: bool
    senders: tuple[str, ...]


@dataclass(frozen=True)
class StudioFlow:
    """A flow that lives at the network. url: its address as a webhook."""

    sid: str
    name: str
    published: bool
    url: str
    definition: Mapping[str, Any] | None = None
