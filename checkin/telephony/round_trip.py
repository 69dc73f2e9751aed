"""Asking our own public address as Twilio would, signed: whether the way from outside leads to this line and back."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

PATH = "/webhooks/proof"
NONCE = "Nonce"
LONGEST = 10.0
"""Seconds; Twilio itself waits up to fifteen."""

Trouble = Literal["", "no such host", "no connection", "certificate", "no answer in time", "redirect"]


def message(nonce: str) -> str:
    """What is signed with the line's own key to show that it answered."""
    return f"proof of the way here {nonce}"


@dataclass(frozen=True)
class RoundTrip:
    """How it went. trouble: why nothing came back. proof: what whoever answered has signed; "" for none. forwarded:
    whether a proxy handed it on; trusted: whether the line takes that proxy's word for who asks."""

    trouble: Trouble = ""
    status: int = 0
    proof: str = ""
    forwarded: bool = False
    trusted: bool = False
    seconds: float = 0.0
    leads_to: str = ""


def ask(public_url: str, account_sid: str, token: str, nonce: str) -> RoundTrip:
    """One signed request to PUBLIC_URL from this machine. Never raises for what the other side does."""
    import requests
    from twilio.request_validator import RequestValidator

    url, form = f"{public_url}{PATH}", {"AccountSid": account_sid, NONCE: nonce}
    headers = {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form), "User-Agent": "checkin"}
    began = time.monotonic()
    try:
        answer = requests.post(url, data=form, headers=headers, timeout=(LONGEST, LONGEST), allow_redirects=False)
    except requests.exceptions.SSLError:
        return RoundTrip("certificate")
    except requests.Timeout:
        return RoundTrip("no answer in time")
    except requests.RequestException as error:
        unknown = "NameResolution" in repr(error) or "getaddrinfo" in repr(error)
        return RoundTrip("no such host" if unknown else "no connection")
    took = time.monotonic() - began
    if answer.is_redirect:
        return RoundTrip("redirect", answer.status_code, leads_to=answer.headers.get("Location", "")[:200])
    told = _read(answer.content[:2000])
    return RoundTrip(
        "", answer.status_code, str(told.get("proof", "")), bool(told.get("forwarded")), bool(told.get("trusted")), took
    )


def network_time(url: str) -> datetime | None:
    """What time it is at the network, by its answer's header; None: it did not say."""
    import requests

    try:
        answer = requests.head(url, timeout=(LONGEST, LONGEST), allow_redirects=False)
        return parsedate_to_datetime(answer.headers["Date"]).astimezone(UTC)
    except (requests.RequestException, KeyError, ValueError, TypeError):
        return None


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
