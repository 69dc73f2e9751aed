"""The filters that we add to templates: times, numbers and days as people of that language say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liquid import RenderContext

MARK = "\ue000"
"""Stands round the name of a recording where it is to be played back; a private character that no text brings in."""

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DATE_PARTS = re.compile(r"%[YmdHMBbAajyIp%-]")


def say_time(hour: int, minute: int, clock: int) -> str:
    """`6 pm`, `6:30 pm`, or `18:00` where people count to 24."""
    if clock == 24:
        return f"{hour}:{minute:02}"
    half = "am" if hour < 12 else "pm"
    return f"{hour % 12 or 12}{f':{minute:02}' if minute else ''} {half}"


def _language(context: RenderContext) -> Mapping[str, Any]:
    told = context.resolve("_language")
    return told if isinstance(told, Mapping) else {}


def time(value: object, *, context: RenderContext) -> str:
    """`18:30` as it is said; anything else as it is."""
    found = _CLOCK.fullmatch(str(value or ""))
    if not found:
        return str(value or "")
    return say_time(int(found[1]), int(found[2]), int(_language(context).get("clock", 24)))


def phone(value: object) -> str:
    """A number in groups that can be read: (555) 555-0100, +44 20 7946 0958."""
    digits = re.sub(r"\D", "", str(value or ""))
    if len(digits) == 11 and digits[0] == "1":
        return f"({digits[1:4]}) {digits[4:7]}-{digits[7:]}"
    if len(digits) <= 6:
        return digits
    groups = [digits[max(0, end - 3) : end] for end in range(len(digits), 0, -3)]
    return "+" + " ".join(reversed(groups))


def spell(value: object) -> str:
    """Each character by itself, so that a voice reads 988 as nine eight eight."""
    return " ".join(re.sub(r"[\s()+-]", "", str("" if value is None else value)))


def ordinal(value: object, *, context: RenderContext) -> str:
    """1st, 2nd, 3rd in English; 1.º elsewhere."""
    text = str("" if value is None else value)
    if not text.isdigit():
        return text
    if _language(context).get("code") != "en":
        return f"{text}.º"
    ending = "th" if text[-2:] in ("11", "12", "13") else {"1": "st", "2": "nd", "3": "rd"}.get(text[-1], "th")
    return text + ending


def format_date(value: object, pattern: object = "%Y-%m-%d") -> str:
    """A date written by `pattern` (a few letters of strftime). Never reads the clock: `now` is no date here."""
    written = str(pattern)
    if len(written) > 40 or re.sub(_DATE_PARTS, "", written).count("%"):
        raise ValueError("this pattern of a date isn't known")
    if isinstance(value, datetime | date):
        return value.strftime(written)
    try:
        return datetime.fromisoformat(str(value)).strftime(written)
    except ValueError:
        return ""


def play(value: object) -> str:
    """Where a recording of the contact's own is played back (by text: read out)."""
    return f"{MARK}{getattr(value, 'name', '')}{MARK}"


FILTERS: dict[str, Callable[..., Any]] = {
    "time": time,
    "phone": phone,
    "spell": spell,
    "ordinal": ordinal,
    "date": format_date,
    "play": play,
}
IN_A_LANGUAGE = ("time", "ordinal")
"""Those that want to know in which language and how its people count hours: they are handed the context."""
