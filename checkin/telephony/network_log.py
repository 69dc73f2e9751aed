"""The network's log, read into our values. What is not one of its usual entries is left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checkin.core.rules.phone import PhoneNumber, Withheld, ours, parse
from checkin.telephony.rules.network_log import LoggedCall, LoggedText


def texts(found: Iterable[Any], since: datetime) -> list[LoggedText]:
    """Twilio's messages as ours, oldest first. It tells the newest first, and times to the second only."""
    read = [_text(item) for item in found if _at(item) is not None][::-1]
    return sorted((item for item in read if item.at >= since.replace(microsecond=0)), key=lambda item: item.at)


def calls(found: Iterable[Any], since: datetime) -> list[LoggedCall]:
    """Twilio's calls as ours, oldest first."""
    read = [_call(item) for item in found if _at(item) is not None][::-1]
    return sorted((item for item in read if item.at >= since.replace(microsecond=0)), key=lambda item: item.at)


def code(written: object) -> int | None:
    """An error code, which Twilio writes as a number, as digits, or not at all."""
    return int(str(written)) if str(written or "").isdigit() else None


def _text(entry: Any) -> LoggedText:
    inbound = str(entry.direction) == "inbound"
    return LoggedText(
        sid=str(entry.sid),
        inbound=inbound,
        from_=_side(entry.from_, ours_is=not inbound),
        to=_side(entry.to, ours_is=inbound),
        body=entry.body or "",
        status=str(entry.status),
        error_code=code(entry.error_code),
        at=entry.date_created,
    )


def _call(entry: Any) -> LoggedCall:
    return LoggedCall(
        sid=str(entry.sid),
        inbound=str(entry.direction) == "inbound",
        from_=parse(entry._from or ""),  # the name that Twilio's client gives it on calls, and only there
        to=parse(entry.to or ""),
        status=str(entry.status),
        seconds=code(entry.duration),
        at=entry.date_created,
    )


def _side(written: str | None, *, ours_is: bool) -> PhoneNumber | Withheld:
    return ours(written or "") if ours_is else parse(written or "")


def _at(entry: Any) -> datetime | None:
    """When it was made. It is there in every entry; one without it is none of Twilio's."""
    made: datetime | None = entry.date_created
    return made
