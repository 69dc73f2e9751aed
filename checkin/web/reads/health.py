"""How the line is, in one look: what `/readyz` and the console say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.core.translatable import Translatable
from checkin.messages.models import FollowUp
from checkin.outbox.heartbeats import ages, silent
from checkin.outbox.models import Outbox
from checkin.outbox.queries import STUCK_AFTER, oldest_due
from checkin.outbox.registry import QUEUES
from checkin.volunteers.models import Alert

OVERDUE_AFTER = timedelta(seconds=60)
"""Something that is due for so long says that nobody carries things out."""


@dataclass(frozen=True)
class Health:
    """beats: process and the age of its last sign of life. oldest_due: how long the oldest due row has waited.

    next_follow_up: how long until the next promised text is due; None when none is promised. stuck: rows whose worker
    died. set_aside: kinds of rows that nobody could carry out, until somebody closes their alert.
    """

    beats: dict[str, timedelta]
    oldest_due: timedelta
    next_follow_up: timedelta | None = None
    stuck: int = 0
    given_up: tuple[str, ...] = ()

    def troubles(self) -> list[Translatable]:
        """What is wrong, in plain words; empty when all is well."""
        said = [Translatable("%(name)s isn't responding", name=name) for name in silent(self.beats)]
        if self.oldest_due > OVERDUE_AFTER:
            said.append(
                Translatable("something has been overdue for %(count)s s", count=int(self.oldest_due.total_seconds()))
            )
        if self.stuck:
            said.append(
                Translatable(
                    "%(count)s rows are stuck: their worker stopped, and they'll be picked up again soon",
                    count=self.stuck,
                )
            )
        if self.given_up:
            kinds = ", ".join(self.given_up)
            said.append(Translatable("failed after many tries: %(kinds)s", kinds=kinds))
        return said


def health(session: Session, now: datetime) -> Health:
    """Four statements: signs of life, the oldest row that is due and not done, the next promise and what is stuck, what
    was given up."""
    beats = ages(session, now)
    oldest = oldest_due(session, now)
    promise = select(func.min(FollowUp.due_at)).where(FollowUp.state == "planned").scalar_subquery()
    held = (
        select(func.count())
        .select_from(Outbox)
        .where(
            Outbox.queue.in_(QUEUES),
            Outbox.done_at.is_(None),
            Outbox.run_after <= now,
            Outbox.claimed_at <= now - STUCK_AFTER,
        )
    )
    promised, stuck = session.execute(select(promise, held.scalar_subquery())).one()
    aside = session.scalars(select(Alert.rule).where(Alert.kind == "set_aside", Alert.closed_at.is_(None)).distinct())
    return Health(
        beats,
        oldest_due=now - oldest if oldest else timedelta(),
        next_follow_up=promised - now if promised else None,
        stuck=stuck or 0,
        given_up=tuple(sorted(aside)),
    )
