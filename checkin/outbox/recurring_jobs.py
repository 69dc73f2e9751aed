"""What the line does for itself every so often: one row for each, that is never done, only put off until next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from checkin.core.statements import insert_new
from checkin.core.unit_of_work import UnitOfWork
from checkin.outbox.models import Outbox
from checkin.outbox.outcomes import Retry
from checkin.outbox.registry import JOBS

EVERY: dict[str, timedelta] = {
    "email_organizers": timedelta(minutes=1),
    "reconcile": timedelta(minutes=5),
    "clear_network": timedelta(minutes=15),
    "retention": timedelta(hours=1),
    "back_up": timedelta(hours=1),
    "keep_erasures": timedelta(minutes=5),
}
"""Every chore, and how often. They are done at full minutes, five minutes, quarters and hours."""

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def ensure(uow: UnitOfWork) -> int:
    """See to it that every chore has its row; one that had none is done at once. Answers how many had none.

    Two clocks may do this at once: a unique key makes the second row impossible.
    """
    keys = {_key(kind): kind for kind in EVERY}
    there = set(
        uow.session.scalars(select(Outbox.unique_key).where(Outbox.unique_key.in_(keys), Outbox.done_at.is_(None)))
    )
    missing = [
        {
            "id": uow.new_id(),
            "kind": kind,
            "queue": JOBS[kind].queue,
            "about_id": "line",
            "run_after": uow.now,
            "unique_key": key,
            "created_at": uow.now,
            "attempts": 0,
        }
        for key, kind in keys.items()
        if key not in there
    ]
    return len(insert_new(uow.session, Outbox, missing))


def put_off(now: datetime, kind: str, result: str) -> Retry:
    """The chore is done for now; it comes again at its next time."""
    every = EVERY[kind]
    return Retry(_FIRST + ((now - _FIRST) // every + 1) * every, result, anew=True)


def go_on_soon(now: datetime, result: str, after: timedelta = timedelta(seconds=5)) -> Retry:
    """There is more to do than fits into one job: the chore goes on in a moment, and others have their turn."""
    return Retry(now + after, result, anew=True)


def _key(kind: str) -> str:
    return f"chore:{kind}"
