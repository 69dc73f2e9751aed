"""Texts and calls as the network's own log tells them: what ours is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from checkin.core.rules.phone import PhoneNumber, Withheld

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


def not_after(log: Iterable[LoggedText | LoggedCall], logged_text: LoggedText | LoggedCall) -> frozenset[str]:
    """What whoever sent `one` sent us before it, or in its second: SIDs.

    The network's times are whole seconds, and ours say when we had handled something: what our rows have as a moment
    later may have come first.
    """
    return frozenset(
        other.sid
        for other in log
        if other.inbound
        and other.at <= logged_text.at
        and (other.from_, other.to) == (logged_text.from_, logged_text.to)
    )
