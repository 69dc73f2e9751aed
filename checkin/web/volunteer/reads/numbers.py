"""What one volunteer did: talks and minutes of a month, messages that they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.cases.models import Case
from checkin.relays.models import Offer, Relay


@dataclass(frozen=True)
class Talked:
    """One talk of theirs: when it began, by voice or text (sms), how long (seconds), how they were after it."""

    at: datetime
    channel: str
    seconds: float
    care: str | None


@dataclass(frozen=True)
class Month:
    """What was done in a month. minutes: of talks that are over."""

    talks: Sequence[Talked]
    answered: int

    def count(self, channel: str) -> int:
        """How many talks by this channel."""
        return sum(talk.channel == channel for talk in self.talks)

    @property
    def minutes(self) -> int:
        """Minutes in talks, each of them counted by its seconds."""
        return round(sum(talk.seconds for talk in self.talks) / 60)


def month(session: Session, volunteer_id: str, begins: datetime, ends: datetime) -> Month:
    """What this volunteer did from then until then: two statements."""
    answered = session.scalar(
        select(func.count()).where(Case.claimed_by == volunteer_id, Case.closed_at >= begins, Case.closed_at < ends)
    )
    return Month(talks(session, volunteer_id, begins, ends), answered or 0)


def talks(session: Session, volunteer_id: str, begins: datetime, ends: datetime) -> list[Talked]:
    """Their talks that began from then until then, oldest first."""
    rows = session.execute(
        select(Relay.joined_at, Relay.ended_at, Relay.channel, Offer.care)
        .outerjoin(
            Offer,
            (Offer.relay_id == Relay.id) & (Offer.volunteer_id == volunteer_id) & (Offer.state == "accepted"),
        )
        .where(Relay.volunteer_id == volunteer_id, Relay.joined_at >= begins, Relay.joined_at < ends)
        .order_by(Relay.joined_at)
    )
    return [
        Talked(at, channel, (over - at).total_seconds() if over else 0.0, None if care == "asked" else care)
        for at, over, channel, care in rows
        if at is not None
    ]
