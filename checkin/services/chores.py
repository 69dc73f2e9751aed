"""What the line does for itself every so often: one row for each, that is never done, only put off until next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from checkin.models.outbox import Outbox
from checkin.services import outbox
from checkin.statements import insert_new
from checkin.work import Work

EVERY: dict[str, timedelta] = {
    "reconcile": timedelta(minutes=5),
    "clear_network": timedelta(minutes=15),
    "retention": timedelta(hours=1),
}
"""Every chore, and how often. They are done at full five minutes, quarters and hours."""

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def ensure(work: Work) -> int:
    """See to it that every chore has its row; one that had none is done at once. Answers how many had none.

    Two clocks may do this at once: a unique key makes the second row impossible.
    """
    keys = {_key(kind): kind for kind in EVERY}
    there = set(
        work.session.scalars(select(Outbox.unique_key).where(Outbox.unique_key.in_(keys), Outbox.done_at.is_(None)))
    )
    missing = [
        {
            "id": work.new_id(),
            "kind": kind,
            "queue": outbox.QUEUE_OF[kind],
            "about_id": "line",
            "run_after": work.now,
            "unique_key": key,
            "created_at": work.now,
            "attempts": 0,
        }
        for key, kind in keys.items()
        if key not in there
    ]
    return len(insert_new(work.session, Outbox, missing))


def put_off(work: Work, row_id: str, kind: str, result: str) -> str:
    """The chore is done for now; it comes again at its next time. Answers what its handler answers."""
    every = EVERY[kind]
    at = _FIRST + ((work.now - _FIRST) // every + 1) * every
    outbox.again(work, row_id, at, result)
    work.session.execute(update(Outbox).where(Outbox.id == row_id).values(attempts=0))
    return f"again: {result}"


def go_on_soon(work: Work, row_id: str, result: str, after: timedelta = timedelta(seconds=5)) -> str:
    """There is more to do than fits into one job: the chore goes on in a moment, and others have their turn."""
    outbox.again(work, row_id, work.now + after, result)
    work.session.execute(update(Outbox).where(Outbox.id == row_id).values(attempts=0))
    return f"again: {result}"


def _key(kind: str) -> str:
    return f"chore:{kind}"
