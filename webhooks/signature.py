"""Nobody but Twilio comes in: one check before every route of the door, which refuses unless all is right."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import quote

import structlog
from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from checkin.telephony import static_twiml
from checkin.telephony.signature import SETTINGS, SIGNATURE, Signatures

LARGEST = 256 * 1024
"""Bytes of a request that says who signed it. Twilio's own mostly stay under 16 kB; what its add-ons (AddOns) tell of a
number has come in 66."""

MOST_FIELDS = 1000
"""Parameters of a request. Twilio sends a few dozen; more than this is work that somebody makes us do."""

_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=|[A-Za-z0-9+/]{43}=")
"""As HMAC-SHA1 and HMAC-SHA256 are written."""

FORM = "application/x-www-form-urlencoded"

CALLED = "checkin.called"
"""In the environment of a request: the host that whoever asks called us by (checkin.web.front)."""

log = structlog.get_logger()


class NotedRequests(Protocol):
    """Who is told of what was good, and of what was refused though it named our account (webhooks.refusals)."""

    def refused(self, cause: str) -> None:
        """It was, probably for this."""

    def good(self) -> None:
        """It was Twilio's."""


def guard(routes: Blueprint, signatures: Signatures, account_sid: str, noted: NotedRequests | None = None) -> None:
    """Refuse every request to `routes` that is too large, no form, not signed by Twilio, or of another account.

    A refusal is 403 (413 when too large) with an empty document, before any route is run; what was
    wrong is in the log, in a word, and not in the answer.
    """

    def check() -> Response | None:
        why = _why_not(signatures, account_sid)
        if why is None:
            if noted is not None:
                noted.good()
            return None
        log.warning("webhook_refused", why=why, route=request.endpoint)
        if noted is not None and (cause := _cause(why, signatures, account_sid)):
            noted.refused(cause)
        return Response(static_twiml.nothing(), 413 if why == "too large" else 403, mimetype="text/xml")

    routes.before_request(check)


def _why_not(signatures: Signatures, account_sid: str) -> str | None:
    """Why this request is refused; None when it is Twilio's. What can be seen before the body is read comes first."""
    if (request.content_length or 0) > LARGEST:
        return "too large"
    if _SIGNATURE.fullmatch(request.headers.get(SIGNATURE, "")) is None:
        return "signature"
    if request.mimetype != FORM:
        return "not a form"
    request.max_content_length = LARGEST
    try:
        form = request.form
    except RequestEntityTooLarge:
        return "too large"
    except (HTTPException, ValueError):
        return "not readable"
    if len(form) > MOST_FIELDS:
        return "too many parameters"
    if not signatures.allow(
        quote(request.path),
        request.query_string.decode("latin-1"),
        form,
        request.headers.get(SIGNATURE),
        request.headers.get(SETTINGS),
    ):
        return "signature"
    # The scheme signs names and values without anything between them, and each value once: what it proves is the
    # origin. A parameter given twice is none of Twilio's.
    if any(len(values) > 1 for values in form.listvalues()):
        return "a parameter twice"
    # The token that signed it proves the account; some requests (into a room, say) may not name it. Another is refused.
    if form.get("AccountSid", account_sid) != account_sid:
        return "account"
    return None


def _cause(why: str, signatures: Signatures, account_sid: str) -> str | None:
    """What is probably wrong with the line's settings; None: this may be anybody's request."""
    if why == "account":
        return "TWILIO_ACCOUNT_SID is another account than the one that signs"
    if why != "signature" or request.mimetype != FORM or request.form.get("AccountSid") != account_sid:
        return None
    called = {request.environ.get(CALLED, ""), request.headers.get("X-Forwarded-Host", "")}
    for host in sorted(name for name in called if name):
        for scheme in ("https", "http"):
            query, header = request.query_string.decode("latin-1"), request.headers
            other = signatures.known_as(f"{scheme}://{host}")
            if other.allow(quote(request.path), query, request.form, header.get(SIGNATURE), header.get(SETTINGS)):
                return f"Twilio asks {scheme}://{host}, and PUBLIC_URL says otherwise"
    return "TWILIO_AUTH_TOKEN isn't the account's, or a proxy changes requests"
