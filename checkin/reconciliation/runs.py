"""When the network's log is read, and from when on."""

from __future__ import annotations

from datetime import datetime, timedelta

from checkin.contacts.models import StoredValue
from checkin.core.unit_of_work import UnitOfWork

SETTLING = timedelta(minutes=2)
"""What is younger may still be on its way to us: Twilio asks a webhook for 15 s and follows a fallback after it."""

ANSWER_LOST_AFTER = timedelta(minutes=5)
"""An answer that the network's log has not got by then has never left us."""

OVERLAP = timedelta(minutes=15)
FAR_BACK = timedelta(hours=12)
"""Once an hour the log is read this far back: a text may be under way for as long as ten hours."""

FARTHEST = timedelta(days=14)
"""Twilio keeps its log for longer; whoever texted two weeks ago is not waiting for an answer any more."""

NAME = "reconciled"


def since(uow: UnitOfWork) -> datetime:
    """From when on to read now: a little before the last time, further back once an hour, at most two weeks."""
    row = uow.session.get(StoredValue, NAME)
    if row is None:
        return uow.now - FAR_BACK
    last = datetime.fromisoformat(row.value["at"])
    back = (
        FAR_BACK
        if last.replace(minute=0, second=0, microsecond=0) < uow.now.replace(minute=0, second=0, microsecond=0)
        else OVERLAP
    )
    return max(last - back, uow.now - FARTHEST)


def done(uow: UnitOfWork, began: datetime) -> None:
    """Everything up to shortly before `began` is compared."""
    uow.session.merge(StoredValue(name=NAME, value={"at": began.isoformat()}, updated_at=uow.now))
