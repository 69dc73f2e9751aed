"""Reading what was posted, with Twilio's complaints."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from checkin.practice.api.errors import RestError
from checkin.practice.callbacks import Callback


def text(name: str, strip: bool = True) -> str:
    """A field, or empty."""
    value = request.form.get(name, "")
    return value.strip() if strip else value


def url(name: str, invalid: int) -> str:
    """An absolute http(s) URL, or empty. Raises RestError with the code `invalid`."""
    value = text(name)
    if value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
            raise RestError(400, invalid, f"{name} is not a URL that can be reached")
    return value


def callback(name: str, invalid: int, default: str = "") -> Callback | None:
    """A receipt's address with its method and events (repeated, or parted by spaces)."""
    where = url(name, invalid)
    if not where:
        return None
    events = " ".join(request.form.getlist(f"{name}Event")) or default
    return Callback(where, text(f"{name}Method") or "POST", frozenset(events.split()))


def whole(name: str, least: int, most: int, default: int) -> int:
    """A whole number within its ends. Raises RestError 20001."""
    value = text(name)
    if not value:
        return default
    if not value.isdigit() or not least <= int(value) <= most:
        raise RestError(400, 20001, f"{name} must be a whole number from {least} to {most}, not {value!r}")
    return int(value)


def yes(name: str, default: bool) -> bool:
    """true or false, as Twilio's clients write them."""
    value = text(name).lower()
    return default if not value else value == "true"
