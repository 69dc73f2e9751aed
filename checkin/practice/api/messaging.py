"""Messaging services with their senders, and what texting in the US must be registered for (messaging.twilio.com)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, find, not_found
from checkin.practice.api.lists import meta_page
from checkin.practice.api.routes import ApiRoute, gone, made
from checkin.practice.exchange import Exchange
from checkin.practice.ids import new_sid
from checkin.practice.state import PracticeService

HOST = "https://messaging.twilio.com/v1"
URLS = {"InboundRequestUrl": "inbound_url", "FallbackUrl": "fallback_url", "StatusCallback": "status_url"}


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Services and their numbers, campaigns, brands, toll-free verifications."""
    return [*_services(exchange), *_senders(exchange), *_registrations(exchange)]


def _services(exchange: Exchange) -> list[ApiRoute]:
    def listing() -> Response:
        with exchange.lock:
            services = list(exchange.account.services.values())
        return meta_page("services", services, lambda service: as_json(exchange, service))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, find(exchange.account.services, sid)))

    def create() -> tuple[Response, int]:
        if not forms.text("FriendlyName"):
            raise RestError(400, 20001, "Missing required parameter FriendlyName in the post body")
        service = PracticeService(new_sid("MG"), forms.text("FriendlyName"), exchange.clock.now())
        _change(service)
        with exchange.lock:
            exchange.account.services[service.sid] = service
        return made(as_json(exchange, service))

    def update(sid: str) -> Response:
        service = find(exchange.account.services, sid)
        _change(service)
        return jsonify(as_json(exchange, service))

    found = "/v1/Services/<sid>"
    return [
        ApiRoute("services.list", "GET", "/v1/Services", listing, root=""),
        ApiRoute("services.create", "POST", "/v1/Services", create, root=""),
        ApiRoute("services.fetch", "GET", found, fetch, root=""),
        ApiRoute("services.update", "POST", found, update, root=""),
    ]


def _senders(exchange: Exchange) -> list[ApiRoute]:
    def listing(sid: str) -> Response:
        senders = list(find(exchange.account.services, sid).senders)
        return meta_page("phone_numbers", senders, lambda sender: _sender(exchange, sid, sender))

    def create(sid: str) -> tuple[Response, int]:
        service, sender = find(exchange.account.services, sid), forms.text("PhoneNumberSid")
        if all(number.sid != sender for number in exchange.numbers.values()):
            raise RestError(404, 21703, "The Messaging Service does not have a number available with this sid")
        taken = [item for item in exchange.account.services.values() if sender in item.senders]
        if taken:
            code = 21710 if taken[0] is service else 21712
            raise RestError(409, code, "Phone Number is already in a Messaging Service")
        with exchange.lock:
            service.senders.append(sender)
        return made(_sender(exchange, sid, sender))

    def delete(sid: str, sender: str) -> Response:
        service = find(exchange.account.services, sid)
        if sender not in service.senders:
            raise not_found(request.path)
        with exchange.lock:
            service.senders.remove(sender)
        return gone()

    found = "/v1/Services/<sid>/PhoneNumbers"
    return [
        ApiRoute("senders.list", "GET", found, listing, root=""),
        ApiRoute("senders.create", "POST", found, create, root=""),
        ApiRoute("senders.delete", "DELETE", f"{found}/<sender>", delete, root=""),
    ]


def _registrations(exchange: Exchange) -> list[ApiRoute]:
    def campaigns(sid: str) -> Response:
        def write(status: str) -> dict[str, Any]:
            return {"sid": f"QE{sid[2:]}", "messaging_service_sid": sid, "campaign_status": status, "errors": []}

        return meta_page("compliance", find(exchange.account.services, sid).campaigns, write)

    def brands() -> Response:
        return meta_page("data", exchange.account.brands, lambda status: {"sid": "BN" + "0" * 32, "status": status})

    def verifications() -> Response:
        wanted = request.args.get("TollfreePhoneNumberSid")
        with exchange.lock:
            known = [item for item in exchange.account.toll_free.items() if wanted in (None, item[0])]

        def write(item: tuple[str, str]) -> dict[str, Any]:
            return {"sid": f"HH{item[0][2:]}", "tollfree_phone_number_sid": item[0], "status": item[1]}

        return meta_page("verifications", known, write)

    return [
        ApiRoute("campaigns.list", "GET", "/v1/Services/<sid>/Compliance/Usa2p", campaigns, root=""),
        ApiRoute("brands.list", "GET", "/v1/a2p/BrandRegistrations", brands, root=""),
        ApiRoute("verifications.list", "GET", "/v1/Tollfree/Verifications", verifications, root=""),
    ]


def _change(service: PracticeService) -> None:
    for name, field in URLS.items():
        if name in request.form:
            setattr(service, field, forms.url(name, 20001))
    service.name = forms.text("FriendlyName") or service.name
    service.on_number = forms.yes("UseInboundWebhookOnNumber", service.on_number)


def as_json(exchange: Exchange, service: PracticeService) -> dict[str, Any]:
    """A Service as Twilio shows it."""
    home = f"{HOST}/Services/{service.sid}"
    return {
        "sid": service.sid,
        "account_sid": exchange.settings.account,
        "friendly_name": service.name,
        "inbound_request_url": service.inbound_url or None,
        "inbound_method": "POST",
        "fallback_url": service.fallback_url or None,
        "fallback_method": "POST",
        "status_callback": service.status_url or None,
        "use_inbound_webhook_on_number": service.on_number,
        "us_app_to_person_registered": "VERIFIED" in service.campaigns,
        "usecase": "undeclared",
        "date_created": iso(service.made_at),
        "date_updated": iso(service.made_at),
        "url": home,
        "links": {"phone_numbers": f"{home}/PhoneNumbers"},
    }


def iso(moment: datetime) -> str:
    """A moment as the APIs beside the 2010 one write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _sender(exchange: Exchange, sid: str, sender: str) -> dict[str, Any]:
    number = next(item for item in exchange.numbers.values() if item.sid == sender)
    return {
        "sid": sender,
        "account_sid": exchange.settings.account,
        "service_sid": sid,
        "phone_number": number.number,
        "country_code": "US",
        "capabilities": ["SMS", "Voice"],
        "date_created": iso(number.made_at),
        "date_updated": iso(number.made_at),
        "url": f"{HOST}/Services/{sid}/PhoneNumbers/{sender}",
    }
