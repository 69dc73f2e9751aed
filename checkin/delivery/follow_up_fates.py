"""What became of a follow-up whose answer from the network was lost."""

from __future__ import annotations

from sqlalchemy import select

from checkin.core.unit_of_work import UnitOfWork
from checkin.messages.models import FollowUp, Message

NOT_AGAIN = "we don't know whether it was sent, so it won't be sent again"


def resolved(uow: UnitOfWork, message: Message, *, left: bool) -> None:
    """It had left after all; or nobody can say so, and then it is not sent again: silence is better than twice."""
    row = uow.session.scalars(
        select(FollowUp).where(FollowUp.contact_id == message.contact_id, FollowUp.message_id == message.id)
    ).first()
    if row is None or row.state not in ("sending", "unknown"):
        return
    row.finished_at = uow.now
    row.state, row.reason = ("sent", None) if left else ("skipped", NOT_AGAIN)
