"""The network's log, read into our values. What is not one of its usual entries is left out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from checkin.core.rules.phone import PhoneNumber, Withheld, ours, parse
from checkin.telephony.rules.network_log import LoggedCall, LoggedText


def texts(found: Iterable[Any], since: datetime) -> list[LoggedText]:
    """Twilio's messages as ours, oldest first. It tells the newest first, and times to the second only."""
    read = [_text(one) for one in found if _at(one) is not None][::-1]
    return sorted((one for one in read if one.at >= since.replace(microsecond=0)), key=lambda one: one.at)


def calls(found: Iterable[Any], since: datetime) -> list[LoggedCall]:
    """Twilio's calls as ours, oldest first."""
    read = [_call(one) for one in found if _at(one) is not None][::-1]
    return sorted((one for one in read if one.at >= since.replace(microsecond=0)), key=lambda one: one.at)


def code(written: object) -> int | None:
    """An error code, which Twilio writes as a number, as digits, or not at all."""
    return int(str(written)) if str(written or "").isdigit() else None


def _text(one: Any) -> LoggedText:
    inbound = str(one.direction) == "inbound"
    return LoggedText(
        sid=str(one.sid),
        inbound=inbound,
        from_=_side(one.from_, ours_is=not inbound),
        to=_side(one.to, ours_is=inbound),
        body=one.body or "",
        status=str(one.status),
        error_code=code(one.error_code),
        at=one.date_created,
    )


def _call(one: Any) -> LoggedCall:
    return LoggedCall(
        sid=str(one.sid),
        inbound=str(one.direction) == "inbound",
        from_=parse(one._from or ""),  # the name that Twilio's client gives it on calls, and only there
        to=parse(one.to or ""),
        status=str(one.status),
        seconds=code(one.duration),
        at=one.date_created,
    )


def _side(written: str | None, *, ours_is: bool) -> PhoneNumber | Withheld:
    return ours(written or "") if ours_is else parse(written or "")


def _at(one: Any) -> datetime | None:
    """When it was made. It is there in every entry; one without it is none of Twilio's."""
    made: datetime | None = one.date_created
    return made
