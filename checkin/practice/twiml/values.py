"""What an attribute may hold. A check is given the value and answers what is wrong with it, or None."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

Check = Callable[[str], str | None]


def anything(value: str) -> str | None:
    """Any words."""
    return None


def url(value: str) -> str | None:
    """An http(s) URL, absolute or relative; empty is left to the verb."""
    scheme = urlsplit(value).scheme
    if re.search(r"\s", value) or scheme not in ("", "http", "https"):
        return f"{value!r} is not an http(s) URL"
    return None


def yes_no(value: str) -> str | None:
    """true or false."""
    return None if value in ("true", "false") else f"{value!r} is not true or false"


def whole(least: int, most: int) -> Check:
    """A whole number within these ends."""

    def check(value: str) -> str | None:
        if re.fullmatch(r"\d+", value) and least <= int(value) <= most:
            return None
        return f"{value!r} is not a whole number from {least} to {most}"

    return check


def one_of(*allowed: str) -> Check:
    """Exactly one of these."""

    def check(value: str) -> str | None:
        return None if value in allowed else f"{value!r} is not one of {', '.join(allowed)}"

    return check


def some_of(*allowed: str) -> Check:
    """One or more of these, parted by spaces."""

    def check(value: str) -> str | None:
        strange = [word for word in value.split() if word not in allowed]
        if not value.split() or strange:
            return f"{value!r} must name one or more of {', '.join(allowed)}, parted by spaces"
        return None

    return check


def matching(pattern: str, what: str) -> Check:
    """Something of this shape."""

    def check(value: str) -> str | None:
        return None if re.fullmatch(pattern, value) else f"{value!r} is not {what}"

    return check


method = one_of("GET", "POST")
language = matching(r"[a-z]{2,3}(-[A-Za-z]{2,4}){0,2}(-[A-Z]{2})?", "a language tag such as en-US")
keys = matching(r"[0-9#*]*", "made of the keys 0-9, # and *")
one_key = matching(r"[0-9#*]?", "one key, or empty")
phone = matching(r"\+?[0-9().\- ]{3,25}", "a phone number")
