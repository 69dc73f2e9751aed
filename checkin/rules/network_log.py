"""Texts and calls as the network's own log tells them: what ours is compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from checkin.rules.phone import PhoneNumber, Withheld

Number = PhoneNumber | Withheld


@dataclass(frozen=True)
class LoggedText:
    """One text. inbound: it was sent to us. status, error_code: as in its receipts. at: when the network took it."""

    sid: str
    inbound: bool
    from_: Number
    to: Number
    body: str = field(repr=False)
    status: str
    error_code: int | None
    at: datetime


@dataclass(frozen=True)
class LoggedCall:
    """One call. inbound: somebody called us. status: as in its receipts. seconds: how long, once it is over."""

    sid: str
    inbound: bool
    from_: Number
    to: Number
    status: str
    seconds: int | None
    at: datetime
