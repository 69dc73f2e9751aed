"""An outbox row that this process has taken, as plain data that outlives its transaction; and the two ways to carry
one out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from checkin.core.unit_of_work import Work
from checkin.runtime import Runtime
from checkin.telephony.port import Gateway, GatewayError

PATIENCE = 150
"""What the network has surely not taken (429, nobody there) is asked again this often: for about twelve hours."""

UNFINISHED_PATIENCE, HOURLY = 370, 3600
"""What it cannot blank or delete yet is asked again this often, in the end each hour: for fifteen days, one more than
Twilio may need."""

Request = TypeVar("Request")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Claimed:
    """`attempts` counts this try too: more than one means that an earlier worker may have acted and died."""

    id: str
    kind: str
    about_id: str
    turn: int | None
    attempts: int


Handler = Callable[[Runtime, Claimed], str]
"""Carries one row out and says how it went ("done", "skipped: opted out", ...). Raises GatewayError."""


@dataclass(frozen=True)
class Steps(Generic[Request, Answer]):
    """What asks the network for one thing: two transactions, with the network between them.

    prepare: in the transaction that claims the row: the truth once more, and a plain request (public_url: where the
    network finds us); or how it went ("skipped: ...", "again: ...") when nothing is to be asked.
    ask: with no transaction open; raises GatewayError.
    record: in the transaction that settles the row: what came, the answer or the error. Says how it went. After
    TryLater the row is given back for later instead, whatever it says.
    """

    prepare: Callable[[Work, Claimed, str], Request | str]
    ask: Callable[[Gateway, Request], Answer]
    record: Callable[[Work, Claimed, Request, Answer | GatewayError], str]
