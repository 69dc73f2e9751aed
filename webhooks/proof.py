"""A signed question that changes nothing, and an answer that only this line can give: `checkin doctor` asks it.

Whoever can ask has the account's token. They learn that they reached this line, and whether a proxy stands between.
"""

from __future__ import annotations

import re

from flask import Blueprint, Response, jsonify, request

from checkin.core.encryption import Keys
from checkin.core.rules.proxies import Proxies
from checkin.telephony import round_trip

_NONCE = re.compile(r"[0-9a-f]{32}")


def add(routes: Blueprint, keys: Keys, proxies: Proxies) -> None:
    """Put it behind the guard."""

    @routes.post(round_trip.PATH.removeprefix("/webhooks"), endpoint="proof")
    def proof() -> Response:
        nonce = request.form.get(round_trip.NONCE, "")
        if not _NONCE.fullmatch(nonce):
            return Response(status=400)
        return jsonify(
            proof=keys.sign(round_trip.message(nonce)),
            forwarded="X-Forwarded-For" in request.headers,
            trusted=bool(proxies),
        )
