"""Entries of the network's log, as it would tell of texts and calls that we may never have heard of."""

from __future__ import annotations

from datetime import datetime

from checkin.core.rules.phone import parse
from checkin.telephony.rules.network_log import LoggedCall, LoggedText
from tests import cast, make


def texted(from_: str, body: str, at: datetime, sid: str | None = None) -> LoggedText:
    """Somebody texted the line."""
    return LoggedText(sid or make.sid("SM"), True, parse(from_), parse(cast.LINE), body, "received", None, at)


def written(to: str, body: str, at: datetime, sid: str, status: str = "delivered") -> LoggedText:
    """The line texted somebody."""
    return LoggedText(sid, False, parse(cast.LINE), parse(to), body, status, None, at)


def called(from_: str, at: datetime, status: str = "completed", sid: str | None = None) -> LoggedCall:
    """Somebody called the line."""
    return LoggedCall(sid or make.sid("CA"), True, parse(from_), parse(cast.LINE), status, 4, at)
