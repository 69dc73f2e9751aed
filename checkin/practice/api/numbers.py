"""The account's numbers, and where what comes in on them goes (twilio.com/docs/phone-numbers/api)."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from checkin.practice.api import forms
from checkin.practice.api.errors import RestError, not_found
from checkin.practice.api.lists import equal, page, rfc2822
from checkin.practice.api.routes import ApiRoute, gone, made
from checkin.practice.exchange import Exchange
from checkin.practice.state import LineNumber
from checkin.practice.texts.sending import E164

URLS = {
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_url",
}
METHODS = {"SmsMethod": "sms_method", "VoiceMethod": "voice_method", "StatusCallbackMethod": "status_method"}


def routes(exchange: Exchange) -> list[ApiRoute]:
    """The account; its numbers: list, fetch, get another, change."""

    def account() -> Response:
        sid = exchange.settings.account
        uri = f"/2010-04-01/Accounts/{sid}.json"
        known = exchange.account
        return jsonify(sid=sid, friendly_name="Practice network", status=known.status, type=known.kind, uri=uri)

    def listing() -> Response:
        with exchange.lock:
            numbers = list(exchange.numbers.values())
        numbers = equal(numbers, PhoneNumber=lambda number: number.number, FriendlyName=lambda number: number.name)
        return page("incoming_phone_numbers", numbers, lambda number: as_json(exchange, number))

    def fetch(sid: str) -> Response:
        return jsonify(as_json(exchange, _find(exchange, sid)))

    def create() -> tuple[Response, int]:
        wanted = forms.text("PhoneNumber")
        if not E164.fullmatch(wanted):
            raise RestError(400, 21421, "PhoneNumber is not a valid phone number")
        if wanted in exchange.numbers:
            raise RestError(400, 21422, "PhoneNumber is taken already")
        number = exchange.add_number(wanted)
        _change(number)
        return made(as_json(exchange, number))

    def update(sid: str) -> Response:
        number = _find(exchange, sid)
        _change(number)
        return jsonify(as_json(exchange, number))

    def delete(sid: str) -> Response:
        with exchange.lock:
            del exchange.numbers[_find(exchange, sid).number]
        return gone()

    found = "/IncomingPhoneNumbers/<sid>.json"
    return [
        ApiRoute("accounts.fetch", "GET", ".json", account),
        ApiRoute("numbers.list", "GET", "/IncomingPhoneNumbers.json", listing),
        ApiRoute("numbers.create", "POST", "/IncomingPhoneNumbers.json", create),
        ApiRoute("numbers.fetch", "GET", found, fetch),
        ApiRoute("numbers.update", "POST", found, update),
        ApiRoute("numbers.delete", "DELETE", found, delete),
    ]


def _change(number: LineNumber) -> None:
    urls = {field: forms.url(name, 21502) for name, field in URLS.items() if name in request.form}
    methods = {field: forms.text(name) for name, field in METHODS.items() if name in request.form}
    for field, value in (urls | methods).items():
        setattr(number, field, value)
    number.name = forms.text("FriendlyName") or number.name


def as_json(exchange: Exchange, number: LineNumber) -> dict[str, Any]:
    """An IncomingPhoneNumber as Twilio shows it."""
    made_at = rfc2822(number.made_at)
    return {
        "sid": number.sid,
        "account_sid": exchange.settings.account,
        "api_version": "2010-04-01",
        "friendly_name": number.name,
        "phone_number": number.number,
        "sms_url": number.sms_url,
        "sms_method": number.sms_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_fallback_method": "POST",
        "sms_application_sid": "",
        "voice_url": number.voice_url,
        "voice_method": number.voice_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_fallback_method": "POST",
        "voice_application_sid": "",
        "voice_caller_id_lookup": False,
        "status_callback": number.status_url,
        "status_callback_method": number.status_method,
        "date_created": made_at,
        "date_updated": made_at,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "beta": False,
        "origin": "twilio",
        "address_requirements": "none",
        "status": "in-use",
        "trunk_sid": None,
        "emergency_address_sid": number.emergency_address,
        "emergency_status": "Active" if number.emergency_address else "Inactive",
        "uri": f"/2010-04-01/Accounts/{exchange.settings.account}/IncomingPhoneNumbers/{number.sid}.json",
    }


def _find(exchange: Exchange, sid: str) -> LineNumber:
    for number in exchange.numbers.values():
        if number.sid == sid:
            return number
    raise not_found(request.path)
