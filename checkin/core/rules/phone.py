"""Telephone numbers: read once at the edge, masked from then on.

`str()` and `repr()` of a number never show it; whoever needs the digits asks for `.e164` by name.
Whoever calls without a number is `Withheld`: nobody we can tell apart, text, or call back.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberType as Kind
from phonenumbers import ValidationResult
from phonenumbers.timezone import time_zones_for_number

from checkin.core.translatable import Translatable

WithheldReason = Literal["anonymous", "not a phone", "short code", "name instead of a number", "not a number"]

# Carriers spell ANONYMOUS, UNAVAILABLE, UNKNOWN, BLOCKED and RESTRICTED on the keys of a telephone, and Twilio
# hands that on as if it were a number in Lesotho, China, ...: every withheld caller shares these values.
_SPELLED = frozenset({"+266696687", "+86282452253", "+8656696", "+2562533", "+7378742833"})
_WORDS = frozenset({"anonymous", "unavailable", "unknown", "blocked", "restricted", "private", "withheld", "none"})
_RCS = "rcs:"
_APPS = ("whatsapp:", "messenger:", "client:", "sip:", "sips:")
_SCHEMES = (*_APPS, _RCS, "wireless:")
_SHORT_CODE = re.compile(r"\d{3,6}")
_OUR_SHORT_CODE = re.compile(r"[1-9]\d{4,5}")

LATELY = 1024
"""Numbers that a process remembers the plan of: whoever texts or calls does so again in a moment."""

# People keep their number when they move, so an area code says nothing of where they are: a number of these two
# countries may be in any of the country's zones. (Other countries' mobiles already come with every zone.)
_EVERY_ZONE = {
    "US": (
        "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
        "America/Los_Angeles", "America/Anchorage", "America/Adak", "Pacific/Honolulu",
    ),
    "CA": (
        "America/St_Johns", "America/Halifax", "America/Toronto", "America/Winnipeg",
        "America/Regina", "America/Edmonton", "America/Vancouver", "America/Whitehorse",
    ),
}  # fmt: skip

_COSTLY = {
    Kind.PREMIUM_RATE: Translatable("it's a premium-rate number"),
    Kind.SHARED_COST: Translatable("it's a shared-cost number"),
    Kind.UAN: Translatable("it's a company-wide number that may cost extra"),
    Kind.PAGER: Translatable("it's a pager"),
    Kind.VOICEMAIL: Translatable("it's a voicemail access number"),
}
_NOT_FOR_TEXTS = frozenset(_COSTLY) | {Kind.FIXED_LINE, Kind.TOLL_FREE}


@dataclass(frozen=True, repr=False)
class PhoneNumber:
    """A number that can be told apart from others. `e164` looks like +15555550100; nothing else shows it."""

    e164: str

    def __str__(self) -> str:
        return f"{self.e164[:2]}{'•' * (len(self.e164) - 5)}{self.e164[-3:]}"

    def __repr__(self) -> str:
        return f"PhoneNumber({self})"

    @property
    def country(self) -> str | None:
        """ISO code of the country (US, JM, ...); None for satellite and other international networks."""
        return self._plan().country

    def _plan(self) -> _Plan:
        return _plan(self.e164)


class ShortCode(PhoneNumber):
    """A line's own short code, which looks like 72345: it is texted, never called, and is no secret."""

    def __str__(self) -> str:
        return self.e164

    @property
    def country(self) -> None:
        """None: it says nothing of one."""


@dataclass(frozen=True)
class Withheld:
    """Somebody without a number of their own. Two of them are never the same person.

    sender: the address or name that stood in its place, which tells texts of one sender from those of another.
    """

    reason: WithheldReason
    sender: str = field(default="", repr=False, compare=False)

    @property
    def carries_answers(self) -> bool:
        """Whether whoever wrote from there reads what a text is answered with: a person in an app, and no machine."""
        return self.sender.startswith(_APPS)

    def __str__(self) -> str:
        return f"withheld ({self.reason})"


def know_countries(codes: Collection[str]) -> None:
    """Read the numbering plans of these countries (ISO codes), and of those that share a country code with one, now
    instead of each when the first number of it comes by."""
    for code in codes:
        for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(phonenumbers.country_code_for_region(code), ()):
            phonenumbers.PhoneMetadata.metadata_for_region(region, None)


@lru_cache(LATELY)
def parse(raw: str, default_region: str = "US") -> PhoneNumber | Withheld:
    """The number in `raw`, as a carrier or a person writes it; never raises.

    A number without a leading + is read as one of `default_region` (ISO code). Numbers that no numbering plan has
    room for are Withheld; whether a possible number is in use is not asked, since plans grow.
    """
    text = raw.strip()
    lowered = text.lower()
    if not text or lowered in _WORDS or text in _SPELLED:
        return Withheld("anonymous")
    if lowered.startswith(_RCS) and isinstance(number := parse(text[len(_RCS) :], default_region), PhoneNumber):
        return number  # their telephone, in another format: what is answered reaches it
    if lowered.startswith(_SCHEMES):
        return Withheld("not a phone", lowered)
    if is_short_code(text):
        return Withheld("short code", lowered)
    if any(letter.isalpha() for letter in text):
        return Withheld("name instead of a number", lowered)
    try:
        read = phonenumbers.parse(text, default_region)
    except phonenumbers.NumberParseException:
        return Withheld("not a number", lowered)
    if phonenumbers.is_possible_number_with_reason(read) != ValidationResult.IS_POSSIBLE:
        return Withheld("not a number", lowered)
    if read.extension is not None:
        return Withheld("not a number", lowered)  # only a switchboard behind it knows it: we would ring somebody else
    return PhoneNumber(phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164))


def ours(raw: str) -> PhoneNumber | Withheld:
    """The line's own side of a text or call: a number, also inside the address of an app, or a short code.

    Withheld for an address that holds no number (an RCS agent, a SIP domain): it is ours all the same.
    """
    text = raw.strip()
    bare = text[len("whatsapp:") :] if text.lower().startswith("whatsapp:") else text
    return ShortCode(bare) if _OUR_SHORT_CODE.fullmatch(bare) else parse(bare)


def is_short_code(raw: str) -> bool:
    """Whether the sender is a short code (three to six digits): a machine, which is never answered."""
    return _SHORT_CODE.fullmatch(raw.strip()) is not None


def can_text(number: PhoneNumber) -> bool:
    """Whether a text to it could arrive: not for fixed lines, toll-free and paid numbers."""
    return number._plan().kind not in _NOT_FOR_TEXTS


def is_toll_free(number: str) -> bool:
    """Whether a number (E.164) costs its callers nothing: carriers answer STOP to such a one by themselves."""
    read = parse(number)
    return isinstance(read, PhoneNumber) and read._plan().kind == Kind.TOLL_FREE


def dialable(number: PhoneNumber, countries: Collection[str]) -> Translatable | None:
    """Why we must not dial `number`, in words that follow "because"; None if we may.

    countries: ISO codes of the countries that the line calls.
    """
    country = number.country
    if country is None:
        return Translatable("it's a satellite or international network number")
    if country not in countries:
        return Translatable(
            "it's in %(country)s, which isn't one of the line's countries (%(countries)s)",
            country=country,
            countries=", ".join(sorted(countries)),
        )
    return _COSTLY.get(number._plan().kind)


def zones(number: PhoneNumber) -> tuple[str, ...]:
    """Every time zone (IANA names) that somebody with this number could live in; empty when none is known."""
    country = number.country
    if country in _EVERY_ZONE:
        return _EVERY_ZONE[country]
    return tuple(zone for zone in time_zones_for_number(number._plan().read) if zone != "Etc/Unknown")


def only_zone(number: PhoneNumber) -> str | None:
    """The one time zone in which numbers like this are given out; None when there are several, or none is known.

    People keep their number when they move: this says where somebody may be, too, and never where they are.
    """
    found = time_zones_for_number(number._plan().read)
    return found[0] if len(found) == 1 and found[0] != "Etc/Unknown" else None


class _Plan(NamedTuple):
    """What the numbering plans say of a number. country: None for satellite and other international networks."""

    read: phonenumbers.PhoneNumber
    country: str | None
    kind: int


@lru_cache(LATELY)
def _plan(e164: str) -> _Plan:
    """The exact country when the plan knows the prefix, else the main one of the country code."""
    read = phonenumbers.parse(e164, None)
    exact = phonenumbers.region_code_for_number(read)
    region = exact or phonenumbers.region_code_for_country_code(read.country_code or 0)
    return _Plan(read, None if region in ("001", "ZZ") else region, phonenumbers.number_type(read))
