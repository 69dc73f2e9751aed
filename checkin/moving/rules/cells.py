"""What cells mean: days, times, yes and no, lists, languages. Whatever could be read in two ways is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from checkin.core.errors import UserError
from checkin.core.rules.phone import PhoneNumber, ShortCode, parse

_YES = frozenset(
    (
        "yes",
        "y",
        "true",
        "t",
        "1",
        "x",
        "si",
        "sí",
        "s",
        "on",
        "stop",
        "stopped",
        "opted out",
        "opted-out",
        "unsubscribed",
    )
)
_NO = frozenset(("no", "n", "false", "f", "0", "off", "none", "null", "-", "nan", "active", "subscribed"))
_DAYS = {
    **dict.fromkeys(("mon", "lun"), "mon"), **dict.fromkeys(("tue", "mar"), "tue"),
    **dict.fromkeys(("wed", "mie", "mié"), "wed"), **dict.fromkeys(("thu", "jue"), "thu"),
    **dict.fromkeys(("fri", "vie"), "fri"), **dict.fromkeys(("sat", "sab", "sáb"), "sat"),
    **dict.fromkeys(("sun", "dom"), "sun"),
}  # fmt: skip
_FROM_SUNDAY = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2})(?::\d{2})?)?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE)
_LANGUAGES = {
    "eng": "en", "english": "en", "spa": "es", "spanish": "es", "español": "es", "espanol": "es", "fra": "fr",
    "fre": "fr", "french": "fr", "por": "pt", "portuguese": "pt", "deu": "de", "ger": "de", "german": "de",
    "ita": "it", "pol": "pl", "rus": "ru", "zho": "zh", "chi": "zh", "vie": "vi", "kor": "ko", "ara": "ar",
    "hat": "ht", "tgl": "tl",
}  # fmt: skip
CHANNELS = {
    "voice": "voice", "call": "voice", "calls": "voice", "phone": "voice",
    "text": "text", "texts": "text", "sms": "text",
}  # fmt: skip
"""What people call them: what we do."""


@dataclass(frozen=True)
class SaidStop:
    """A STOP that the file tells of. at: None where it doesn't say when. sure: it was written as a yes or a day."""

    at: datetime | None
    sure: bool = True


@dataclass(frozen=True)
class ReadShift:
    """One shift as a helpline's export tells it, on the clock of `time_zone`."""

    days: tuple[str, ...]
    begins: time
    ends: time
    time_zone: str | None
    channels: tuple[str, ...] = ()


def number(written: str, country: str) -> PhoneNumber:
    """The number, one of `country` where it has no plus. Raises UserError, in which no digit of it stands."""
    bare = re.sub(r"^tel:", "", written.strip(), flags=re.IGNORECASE)
    bare = re.sub(r"\.0$", "", bare)  # a spreadsheet took it for a number
    if re.fullmatch(r"\d(?:[.,]\d+)?e\+?\d+", bare, re.IGNORECASE):
        raise UserError("the spreadsheet has rounded the phone number: format that column as text and export it again")
    read = parse(bare, country)
    if not isinstance(read, PhoneNumber) or isinstance(read, ShortCode):
        raise UserError("that isn't a full phone number: enter it with the country code, like +15555550111")
    return read


def yes(written: str, default: bool = False) -> bool:
    """Whether it is a yes. Raises UserError."""
    word = written.strip().casefold()
    if not word:
        return default
    if word in _YES or word in _NO:
        return word in _YES
    raise UserError("%(word)s is neither yes nor no", word=repr(written[:20]))


def stop(written: str) -> SaidStop | None:
    """The STOP that stands there; None: none. Whatever is no plain no is a STOP: better once too often."""
    word = written.strip().casefold()
    if not word or word in _NO:
        return None
    if word in _YES:
        return SaidStop(None)
    try:
        return SaidStop(moment(written))
    except UserError:
        return SaidStop(None, sure=False)


def day(written: str) -> date:
    """The day: 2026-05-17, with or without a time behind it. Raises UserError: 05/06 is two days."""
    return moment(written).date()


def moment(written: str) -> datetime:
    """The time, aware; noon (UTC) of a day that has none. Raises UserError."""
    bare = written.strip().replace("Z", "+00:00")
    try:
        if len(bare) <= 10:
            return datetime.combine(date.fromisoformat(bare), time(12), UTC)
        read = datetime.fromisoformat(bare)
    except ValueError:
        raise UserError("%(written)s isn't a day: enter it like 2026-05-17", written=repr(written[:20])) from None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


def clock(written: str) -> time:
    """The time of day: 18:00, 6:00 PM, 6pm. Raises UserError."""
    found = _TIME.fullmatch(written.strip())
    try:
        if found is None:
            raise ValueError(written)
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise ValueError(written)
            hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
        return time(hour % 24 if (hour, minute) == (24, 0) else hour, minute)
    except ValueError:
        raise UserError("%(written)s isn't a time of day: enter it like 18:00", written=repr(written[:20])) from None


def listed(written: str) -> tuple[str, ...]:
    """The parts of "family; alcohol", or of a list in JSON."""
    if written.startswith("["):
        try:
            return tuple(str(part).strip() for part in json.loads(written) if str(part).strip())
        except (ValueError, TypeError, RecursionError):
            pass
    return tuple(part.strip() for part in re.split(r"[;,|\n]", written) if part.strip())


def language(written: str) -> str:
    """The short name of a language: en for eng, en-US and English."""
    bare = written.strip().casefold().replace("_", "-").split("-")[0]
    return _LANGUAGES.get(bare, bare)


def days(written: str) -> tuple[str, ...]:
    """Days of the week, in English or Spanish. Raises UserError."""
    return tuple(dict.fromkeys(_day_of(part) for part in re.split(r"[;,|/\s]+", written.strip()) if part))


def _day_of(written: str) -> str:
    found = _DAYS.get(written.casefold()[:3])
    if found is None:
        raise UserError("%(day)s isn't a day of the week: use mon, tue, wed, …", day=repr(written[:20]))
    return found


def channels(written: str) -> tuple[str, ...]:
    """voice, text, or both; empty: nothing is said. Raises UserError."""
    parts = [part.casefold() for part in listed(written)]
    strange = [part for part in parts if part not in CHANNELS]
    if strange:
        raise UserError("%(word)s is neither calls nor texts", word=repr(strange[0][:20]))
    return tuple(dict.fromkeys(CHANNELS[part] for part in parts))


def whole(written: str) -> int | None:
    """A whole number, or none. Raises UserError."""
    if not written:
        return None
    if not re.fullmatch(r"-?\d{1,6}", written):
        raise UserError("%(written)s isn't a whole number", written=repr(written[:20]))
    return int(written)


def yap_shifts(written: str) -> tuple[ReadShift, ...]:
    """The shifts in a volunteer's row of a yap helpline: JSON, where day 1 is Sunday. Raises UserError."""
    try:
        told = json.loads(written or "[]")
        if not isinstance(told, list):
            raise TypeError(written)
        return tuple(_yap_shift(part) for part in told[:200])
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        if isinstance(error, UserError):
            raise
        raise UserError("we can't read the shifts in this row: export the file again") from None


def _yap_shift(part: dict[str, object]) -> ReadShift:
    weekday = int(str(part["day"]))
    if not 1 <= weekday <= 7:
        raise ValueError(weekday)
    kind = str(part.get("type") or "").upper()
    told = tuple(ours for sign, ours in (("PHONE", "voice"), ("SMS", "text")) if sign in kind)
    return ReadShift(
        days=(_FROM_SUNDAY[weekday - 1],),
        begins=clock(str(part["start_time"])),
        ends=clock(str(part["end_time"])),
        time_zone=str(part["tz"]) if part.get("tz") else None,
        channels=told if len(told) == 1 else (),
    )


def yap_name(written: str) -> str:
    """A volunteer's name without what yap puts behind it: a gender and the languages in brackets."""
    bare = re.sub(r"\s*\[[^\]]*\]\s*$", "", written)
    return re.sub(r"\s+(unspecified|no preference|male|female)\s*$", "", bare, flags=re.IGNORECASE).strip()


def joined(parts: Sequence[str]) -> str:
    """A list as our own tables write it."""
    return "; ".join(parts)
