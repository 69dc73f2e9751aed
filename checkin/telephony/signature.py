"""Whether a webhook is Twilio's: its signature, checked against the address that we are known by."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

SIGNATURE = "X-Twilio-Signature"
SETTINGS = "X-Twilio-Webhooks-Signature-Settings"
"""Names the algorithm when it is not HMAC-SHA1: `key=...,algorithm=HMAC_SHA256`."""


class Signatures:
    """Checks signatures for one public address and one or more secrets (the account's tokens, or shared keys).

    public_url: scheme, host and whatever comes before our own paths; never taken from a request, whose Host header
    anybody can write. Raises ValueError when a token is empty: with such a one anybody could sign.
    """

    def __init__(self, public_url: str, tokens: Sequence[str]) -> None:
        if not tokens or not all(tokens):
            raise ValueError("the token that signs webhooks is empty: set TWILIO_AUTH_TOKEN")
        self._public_url = public_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in tokens]

    def known_as(self, public_url: str) -> Signatures:
        """The same secrets at another address: to find out by which one somebody signed. Lets nobody in."""
        other = Signatures.__new__(Signatures)
        other._public_url, other._validators = public_url, self._validators
        return other

    def allow(self, path: str, query: str, form: object, signature: str | None, settings: str | None = None) -> bool:
        """Whether `signature` is one that Twilio makes for this request; never raises.

        path: as it was sent, percent-encoded. query: the raw query string, without its question mark. form: the body's
        parameters, with all values of each; anything else (JSON, say) is never allowed. signature, settings: the
        headers of these names. Says nothing about age: a request can be sent again, and the use cases know repeats.
        """
        if not signature or not hasattr(form, "getlist"):
            return False
        algorithm = get_signature_algorithm(settings or "").upper()
        if algorithm not in (HMAC_SHA1, HMAC_SHA256):
            return False
        url = f"{self._public_url}{path}?{query}" if query else f"{self._public_url}{path}"
        return any(_made_by(validator, url, form, signature, algorithm) for validator in self._validators)


def _made_by(validator: RequestValidator, url: str, form: object, signature: str, algorithm: str) -> bool:
    """Twilio mostly signs the address as it stands; else with a port, or without, as its library tries for us."""
    try:
        made: str = validator.compute_signature(url, form, algorithm)
        as_it_stands = hmac.compare_digest(made.encode(), signature.encode())
        return as_it_stands or bool(validator.validate(url, form, signature, algorithm))
    except (TypeError, ValueError):  # an address or a letter that cannot be signed was not signed
        return False
