"""The account's own things: balance, numbers for sale and their prices, countries that may be called."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from checkin.practice.api.errors import RestError, not_found
from checkin.practice.api.lists import meta_page
from checkin.practice.api.routes import ApiRoute
from checkin.practice.exchange import Exchange
from checkin.practice.state import FOR_SALE, PRICES

PLACES = {"201": ("Jersey City", "NJ"), "415": ("San Francisco", "CA")}
COUNTRIES = {"US": ("United States/Canada", ["+1"]), "CA": ("Canada", ["+1"]), "MX": ("Mexico", ["+52"])}


def routes(exchange: Exchange) -> list[ApiRoute]:
    """Balance, numbers for sale, prices, dialing permissions, business profiles."""

    def balance() -> Response:
        account = exchange.settings.account
        return jsonify(account_sid=account, balance=exchange.account.balance, currency="USD")

    def for_sale(country: str, kind: str) -> Response:
        if country != "US" or kind not in FOR_SALE:
            raise not_found(request.path)
        uri = request.path
        found = [_offer(number) for number in FOR_SALE[kind] if _fits(exchange, number)]
        return jsonify(available_phone_numbers=found[: request.args.get("PageSize", 50, type=int)], uri=uri)

    def prices(country: str) -> Response:
        if country not in COUNTRIES:
            raise not_found(request.path)
        told = [{"number_type": kind, "base_price": price, "current_price": price} for kind, price in PRICES.items()]
        return jsonify(
            country=COUNTRIES[country][0], iso_country=country, price_unit="USD", phone_number_prices=told,
            url=f"https://pricing.twilio.com/v1/PhoneNumbers/Countries/{country}",
        )  # fmt: skip

    def dialing(country: str) -> Response:
        if country not in COUNTRIES:
            raise not_found(request.path)
        name, codes = COUNTRIES[country]
        return jsonify(
            iso_code=country, name=name, continent="NORTH_AMERICA", country_codes=codes,
            low_risk_numbers_enabled=country not in exchange.account.closed, high_risk_special_numbers_enabled=False,
            high_risk_tollfraud_numbers_enabled=False,
            url=f"https://voice.twilio.com/v1/DialingPermissions/Countries/{country}", links={},
        )  # fmt: skip

    def profiles() -> Response:
        return meta_page("results", exchange.account.profiles, lambda status: {"status": status})

    return [
        ApiRoute("balance.fetch", "GET", "/Balance.json", balance),
        ApiRoute("for_sale.list", "GET", "/AvailablePhoneNumbers/<country>/<kind>.json", for_sale),
        ApiRoute("prices.fetch", "GET", "/v1/PhoneNumbers/Countries/<country>", prices, root=""),
        ApiRoute("dialing.fetch", "GET", "/v1/DialingPermissions/Countries/<country>", dialing, root=""),
        ApiRoute("profiles.list", "GET", "/v1/CustomerProfiles", profiles, root=""),
    ]


def _fits(exchange: Exchange, number: str) -> bool:
    """Whether it is still for sale, and what the query asks for."""
    area, contains = request.args.get("AreaCode", ""), request.args.get("Contains", "")
    if area and not area.isdigit():
        raise RestError(400, 21452, "AreaCode is not an area code")
    return number not in exchange.numbers and number[2:].startswith(area) and contains in number


def _offer(number: str) -> dict[str, Any]:
    place, region = PLACES.get(number[2:5], (None, None))
    return {
        "friendly_name": number,
        "phone_number": number,
        "locality": place,
        "region": region,
        "iso_country": "US",
        "address_requirements": "none",
        "beta": False,
        "capabilities": {"voice": True, "SMS": True, "MMS": True},
    }
