"""How a job went, as values: what becomes of its row hangs on the type, never on words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

ATTEMPTS: Final = 8
"""A row that failed this often, or whose worker died as often, is a dead letter; the rest goes on."""

SLOWEST: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Done:
    """It was done; `reason` says more where there is more to say."""

    name: ClassVar = "done"
    reason: str = ""


@dataclass(frozen=True)
class Skipped:
    """It was not to be done any more."""

    name: ClassVar = "skipped"
    reason: str


@dataclass(frozen=True)
class Retry:
    """Its row comes again at `at`. anew: it did what it had to for now, so that its tries are counted from none."""

    name: ClassVar = "retry"
    at: datetime
    reason: str
    anew: bool = False


@dataclass(frozen=True)
class Unknown:
    """It may have happened: that is found out elsewhere, and it is not done a second time."""

    name: ClassVar = "unknown"
    reason: str


@dataclass(frozen=True)
class Failed:
    """It cannot be done, and trying again would change nothing."""

    name: ClassVar = "failed"
    reason: str


@dataclass(frozen=True)
class DeadLetter:
    """It had all its tries: the organizers are told, and take it up again or discard it."""

    name: ClassVar = "dead letter"
    reason: str


Outcome = Done | Skipped | Retry | Unknown | Failed | DeadLetter


def next_try(
    now: datetime, attempts: int, why: str, most: int = ATTEMPTS, slowest: timedelta = SLOWEST
) -> Retry | DeadLetter:
    """What follows when a try has failed: another, each a little later; or none when `most` were made.

    slowest: after so long it is tried again in the end.
    """
    if attempts >= most:
        return DeadLetter(why)
    return Retry(now + min(timedelta(seconds=2 ** min(attempts + 1, 12)), slowest), why)
