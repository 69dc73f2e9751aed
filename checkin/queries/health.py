"""How the line is, in one look: what `/readyz` and the console say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checkin.models.outbox import FollowUp, Heartbeat, Outbox

STALE_AFTER = timedelta(seconds=90)
"""A process that has not said that it lives for so long is taken for dead (it says so every few seconds)."""

OVERDUE_AFTER = timedelta(seconds=60)
"""Something that is due for so long says that nobody carries things out."""


@dataclass(frozen=True)
class Health:
    """beats: process and the age of its last sign of life. oldest_due: how long the oldest due row has waited.

    next_follow_up: how long until the next promised text is due; None when none is promised.
    """

    beats: dict[str, timedelta]
    oldest_due: timedelta
    next_follow_up: timedelta | None = None

    def troubles(self) -> list[str]:
        """What is wrong, in plain words; empty when all is well."""
        said = [f"{name} has not been heard of" for name in ("worker", "clock") if not self._lives(name)]
        if self.oldest_due > OVERDUE_AFTER:
            said.append(f"something has been due for {int(self.oldest_due.total_seconds())} s")
        return said

    def _lives(self, kind: str) -> bool:
        return any(name.startswith(kind) and age < STALE_AFTER for name, age in self.beats.items())


def health(session: Session, now: datetime) -> Health:
    """Three statements: signs of life, the oldest row that is due and not done, and the next promise."""
    beats = {name: now - at for name, at in session.execute(select(Heartbeat.name, Heartbeat.at))}
    oldest = session.scalar(select(func.min(Outbox.run_after)).where(Outbox.done_at.is_(None), Outbox.run_after <= now))
    promised = session.scalar(select(func.min(FollowUp.due_at)).where(FollowUp.state == "planned"))
    return Health(
        beats,
        oldest_due=now - oldest if oldest else timedelta(),
        next_follow_up=promised - now if promised else None,
    )
