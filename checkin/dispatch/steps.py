"""How a job is carried out: what its module writes down, and the registry names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, Never, TypeVar

from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.outcomes import SLOWEST, Done, Failed, Outcome, Unknown, next_try
from checkin.telephony.port import GatewayError, MaybeDone, Refused, TryLater
from checkin.telephony.rules.error_codes import UNFINISHED

PATIENCE = 150
"""What the network has surely not taken (429, nobody there) is asked again this often: for about twelve hours."""

UNFINISHED_PATIENCE, HOURLY = 370, timedelta(hours=1)
"""What it cannot blank or delete yet is asked again this often, in the end each hour: for fifteen days, one more than
Twilio may need."""

Request = TypeVar("Request")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Claimed:
    """An outbox row that this process has taken, as plain data that outlives its transaction.

    `attempts` counts this try too: more than one means that an earlier worker may have acted and died. public_url:
    where the network finds us.
    """

    id: str
    kind: str
    about_id: str
    turn: int | None
    attempts: int
    public_url: str


def after_error(uow: UnitOfWork, row: Claimed, _request: Any, error: GatewayError) -> Outcome:
    """What the network's refusal, silence or busyness means where a job has nothing more to say of it."""
    match error:
        case TryLater():
            slow = error.code in UNFINISHED
            most, slowest = (UNFINISHED_PATIENCE, HOURLY) if slow else (PATIENCE, SLOWEST)
            return next_try(uow.now, row.attempts, f"later: {error}", most, slowest)
        case MaybeDone():
            return Unknown(str(error))
        case Refused():
            return Failed(f"refused: {error}")
        case _:
            return Failed(str(error))


def _calls_nobody(_runtime: Any, _request: Any) -> Any:
    raise AssertionError("its plan says how it went")


def _records_nothing(_work: UnitOfWork, _row: Claimed, _request: Any, _answer: Any) -> Outcome:
    return Done()


@dataclass(frozen=True)
class Steps(Generic[Request, Answer]):
    """Two transactions, with the network between them; of a job that calls nobody only the first.

    plan: in the transaction that claims the row: the truth once more, and a plain request; or how it went when nothing
    is to be asked. call: with no transaction open; it is handed what the process holds (checkin.runtime.Runtime), and
    raises GatewayError. record, failed: in the transaction that settles the row: how it went, by the answer or the
    error.
    """

    plan: Callable[[UnitOfWork, Claimed], Request | Outcome]
    call: Callable[[Any, Request], Answer] = _calls_nobody
    record: Callable[[UnitOfWork, Claimed, Request, Answer], Outcome] = _records_nothing
    failed: Callable[[UnitOfWork, Claimed, Request, GatewayError], Outcome] = after_error


Local = Steps[Never, Never]
"""Those of a job that calls nobody."""
