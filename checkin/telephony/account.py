"""The account at Twilio, through Twilio's own client. The practice carrier speaks the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from checkin.telephony.account_port import (
    ADDRESSES,
    AccountState,
    MessagingService,
    NumberForSale,
    NumberKind,
    OwnedNumber,
    StudioFlow,
)
from checkin.telephony.twilio import TIMEOUT, TWILIO, AsksTwilio

if TYPE_CHECKING:
    from twilio.rest import Client

SHOWN = 8
"""Numbers for sale that are looked at."""

METHODS = {"sms_method": "sms_url", "voice_method": "voice_url", "status_callback_method": "status_callback"}
ELSEWHERE = {"voice_application_sid": "an application", "sms_application_sid": "an application", "trunk_sid": "a trunk"}


class TwilioAccount(AsksTwilio):
    """Every method asks the network, and raises GatewayError.

    key: an API key (its sid and secret) to sign in with instead of the token. api_url: another carrier that speaks
    Twilio's APIs, all at one address; None is Twilio itself.
    """

    def __init__(
        self, account_sid: str, token: str, api_url: str | None = None, key: tuple[str, str] | None = None
    ) -> None:
        self._account, self._api_url = account_sid, api_url
        self._signs_in = key or (account_sid, token)

    @cached_property
    def _client(self) -> Client:
        from twilio.rest import Client

        from checkin.telephony.account_http import TwilioHosts

        user, password = self._signs_in
        return Client(user, password, self._account, http_client=TwilioHosts(self._api_url or TWILIO, TIMEOUT))

    def state(self) -> AccountState:
        """What kind of account it is."""
        found = self._ask("read the account", lambda: self._client.api.v2010.accounts(self._account).fetch())
        return AccountState(found.sid, found.friendly_name or "", str(found.status), str(found.type))

    def balance(self) -> tuple[float, str]:
        """What is left, and in which currency."""
        found = self._ask("read the balance", lambda: self._client.api.v2010.account.balance.fetch())
        return float(found.balance), found.currency or "USD"

    def numbers(self) -> Sequence[OwnedNumber]:
        """All that it owns."""
        found = self._ask("list the account's numbers", lambda: self._client.incoming_phone_numbers.list(page_size=200))
        return [_owned(entry) for entry in found]

    def for_sale(self, country: str, kind: NumberKind, area: str | None) -> Sequence[NumberForSale]:
        """Some numbers that take calls and texts."""
        wanted: dict[str, Any] = {"sms_enabled": True, "voice_enabled": True, "limit": SHOWN, "page_size": SHOWN}
        wanted |= {"area_code": area} if area else {}

        def look() -> list[Any]:
            shop = self._client.available_phone_numbers(country)
            found: list[Any] = (shop.toll_free if kind == "toll free" else shop.local).list(**wanted)
            return found

        return [
            NumberForSale(entry.phone_number, ", ".join(part for part in (entry.locality, entry.region) if part), kind)
            for entry in self._ask("look for numbers", look)
        ]

    def price(self, country: str, kind: NumberKind) -> str | None:
        """What one costs a month, with its currency; None: it is not told."""
        found = self._ask(
            "read what numbers cost", lambda: self._client.pricing.v1.phone_numbers.countries(country).fetch()
        )
        for entry in found.phone_number_prices or ():
            if entry.get("number_type") == kind:
                return f"{entry.get('current_price')} {found.price_unit}"
        return None

    def buy(self, number: str) -> OwnedNumber:
        """Rent it, from now on."""
        return _owned(
            self._ask("buy a number", lambda: self._client.incoming_phone_numbers.create(phone_number=number))
        )

    def give_back(self, sid: str) -> None:
        """End renting it: somebody else may have it then."""
        self._ask("give a number back", lambda: self._client.incoming_phone_numbers(sid).delete())

    def change_number(self, sid: str, addresses: Mapping[str, str]) -> None:
        """Point it elsewhere, all by POST."""
        methods = {method: "POST" for method, name in METHODS.items() if name in addresses}
        self._ask("change the number", lambda: self._client.incoming_phone_numbers(sid).update(**addresses, **methods))

    def services(self) -> Sequence[MessagingService]:
        """Its messaging services with their senders."""

        def look() -> list[MessagingService]:
            return [
                _service(entry, [sender.phone_number for sender in self._services(entry.sid).phone_numbers.list()])
                for entry in self._client.messaging.v1.services.list()
            ]

        return self._ask("list the messaging services", look)

    def change_service(self, sid: str, addresses: Mapping[str, str], *, on_number: bool) -> None:
        """Point it elsewhere."""
        self._ask(
            "change the messaging service",
            lambda: self._services(sid).update(**addresses, use_inbound_webhook_on_number=on_number),
        )

    def studio_flows(self) -> Sequence[StudioFlow]:
        """Its flows, without what is in them."""
        found = self._ask("list the Studio flows", lambda: self._client.studio.v2.flows.list())
        return [_flow(entry) for entry in found]

    def studio_flow(self, sid: str) -> StudioFlow:
        """One of them with what is in it."""
        return _flow(self._ask("read a Studio flow", lambda: self._client.studio.v2.flows(sid).fetch()))

    def make_flow(self, name: str, definition: Mapping[str, Any]) -> StudioFlow:
        """Publish a new one, if it is valid."""
        self._check_flow(name, definition)
        made = self._ask(
            "make a Studio flow",
            lambda: self._client.studio.v2.flows.create(friendly_name=name, status="published", definition=definition),
        )
        return _flow(made)

    def change_flow(self, sid: str, name: str, definition: Mapping[str, Any]) -> None:
        """Publish something else under the same address, if it is valid."""
        self._check_flow(name, definition)
        self._ask(
            "change a Studio flow",
            lambda: self._client.studio.v2.flows(sid).update(
                friendly_name=name, status="published", definition=definition
            ),
        )

    def delete_flow(self, sid: str) -> None:
        """It answers nothing any more."""
        self._ask("delete a Studio flow", lambda: self._client.studio.v2.flows(sid).delete())

    def campaigns(self, service_sid: str) -> Sequence[str]:
        """How the service's registrations for texting in the US (10DLC) stand."""
        found = self._ask(
            "read the registrations", lambda: self._services(service_sid).us_app_to_person.list(page_size=50)
        )
        return [str(entry.campaign_status) for entry in found]

    def toll_free(self, number_sid: str) -> str | None:
        """How the verification of a toll-free number stands; None: nobody asked for one."""
        found = self._ask(
            "read the toll-free verification",
            lambda: self._client.messaging.v1.tollfree_verifications.list(tollfree_phone_number_sid=number_sid),
        )
        return str(found[0].status) if found else None

    def may_call(self, country: str) -> bool:
        """Whether calls to ordinary numbers there are allowed."""
        found = self._ask(
            "read where it may call", lambda: self._client.voice.v1.dialing_permissions.countries(country).fetch()
        )
        return bool(found.low_risk_numbers_enabled)

    def profiles(self) -> Sequence[str]:
        """How its business profiles stand."""
        found = self._ask("read the business profiles", lambda: self._client.trusthub.v1.customer_profiles.list())
        return [str(entry.status) for entry in found]

    def _services(self, sid: str) -> Any:
        return self._client.messaging.v1.services(sid)

    def _check_flow(self, name: str, definition: Mapping[str, Any]) -> None:
        """Raises Refused when Twilio would not take it; nothing is changed."""
        self._ask(
            "have a Studio flow checked",
            lambda: self._client.studio.v2.flow_validate.update(
                friendly_name=name, status="published", definition=definition
            ),
        )


def _owned(entry: Any) -> OwnedNumber:
    able = entry.capabilities or {}
    return OwnedNumber(
        sid=entry.sid,
        number=entry.phone_number,
        name=entry.friendly_name or "",
        addresses={name: getattr(entry, name) or "" for name in ADDRESSES},
        voice=bool(able.get("voice")),
        texts=bool(able.get("sms")),
        not_posted=tuple(
            name for method, name in METHODS.items() if (getattr(entry, method) or "POST").upper() != "POST"
        ),
        elsewhere=next((words for name, words in ELSEWHERE.items() if getattr(entry, name)), ""),
        emergency_address=bool(entry.emergency_address_sid),
    )


def _service(entry: Any, senders: Sequence[str]) -> MessagingService:
    addresses = {"inbound_request_url": entry.inbound_request_url or "", "fallback_url": entry.fallback_url or ""}
    on_number = bool(entry.use_inbound_webhook_on_number)
    return MessagingService(entry.sid, entry.friendly_name or "", addresses, on_number, tuple(senders))


def _flow(entry: Any) -> StudioFlow:
    published = str(entry.status) == "published"
    return StudioFlow(entry.sid, entry.friendly_name or "", published, entry.webhook_url or "", entry.definition)
