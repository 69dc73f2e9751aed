"""The control API as a whole, and its door: this machine only, JSON only, so that no web page can reach through it."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from checkin.practice.control import browser, network, phones
from checkin.practice.control.acting import NotPossible
from checkin.practice.exchange import Exchange

NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def blueprint(exchange: Exchange) -> Blueprint:
    """Everything under /practice."""
    part = Blueprint("practice", __name__, url_prefix="/practice")

    @part.before_request
    def door() -> None:
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if not ip_address(request.remote_addr or "0.0.0.0").is_loopback or host not in NAMES:  # noqa: S104 - compared
            abort(403)
        if request.method == "POST" and not request.is_json:
            abort(415, "post JSON")

    @part.errorhandler(NotPossible)
    def cant(problem: NotPossible) -> tuple[Response, int]:
        return jsonify(error=str(problem)), 409

    @part.errorhandler(HTTPException)
    def wrong(problem: HTTPException) -> tuple[Response, int]:
        return jsonify(error=problem.description), problem.code or 500

    phones.add(part, exchange)
    network.add(part, exchange)
    browser.add(part, exchange)
    return part
