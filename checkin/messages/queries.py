"""When something we wrote really left."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.messages.models import Message


def last_sent(session: Session, contact_id: str, since: datetime) -> datetime | None:
    """When the network sent the newest text to this contact that was written from `since` on; None if none left yet."""
    return session.scalar(
        select(func.max(Message.sent_at)).where(
            Message.contact_id == contact_id, Message.inbound.is_(False), Message.created_at >= since
        )
    )
