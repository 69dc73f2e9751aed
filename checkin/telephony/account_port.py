"""An account at the network, as setting up and checking a line need it: what it owns, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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


class Account(Protocol):
    """Every method asks the network, and raises GatewayError."""

    def state(self) -> AccountState:
        """What kind of account it is."""

    def balance(self) -> tuple[float, str]:
        """What is left, and in which currency."""

    def numbers(self) -> Sequence[OwnedNumber]:
        """All that it owns."""

    def for_sale(self, country: str, kind: NumberKind, area: str | None) -> Sequence[NumberForSale]:
        """Some numbers that take calls and texts."""

    def price(self, country: str, kind: NumberKind) -> str | None:
        """What one costs a month, with its currency; None: it is not told."""

    def buy(self, number: str) -> OwnedNumber:
        """Rent it, from now on."""

    def give_back(self, sid: str) -> None:
        """End renting it: somebody else may have it then."""

    def change_number(self, sid: str, addresses: Mapping[str, str]) -> None:
        """Point it elsewhere, all by POST."""

    def services(self) -> Sequence[MessagingService]:
        """Its messaging services with their senders."""

    def change_service(self, sid: str, addresses: Mapping[str, str], *, on_number: bool) -> None:
        """Point it elsewhere."""

    def studio_flows(self) -> Sequence[StudioFlow]:
        """Its flows, without what is in them."""

    def studio_flow(self, sid: str) -> StudioFlow:
        """One of them with what is in it."""

    def make_flow(self, name: str, definition: Mapping[str, Any]) -> StudioFlow:
        """Publish a new one, if it is valid."""

    def change_flow(self, sid: str, name: str, definition: Mapping[str, Any]) -> None:
        """Publish something else under the same address, if it is valid."""

    def delete_flow(self, sid: str) -> None:
        """It answers nothing any more."""

    def campaigns(self, service_sid: str) -> Sequence[str]:
        """How the service's registrations for texting in the US (10DLC) stand."""

    def toll_free(self, number_sid: str) -> str | None:
        """How the verification of a toll-free number stands; None: nobody asked for one."""

    def may_call(self, country: str) -> bool:
        """Whether calls to ordinary numbers there are allowed."""

    def profiles(self) -> Sequence[str]:
        """How its business profiles stand."""
