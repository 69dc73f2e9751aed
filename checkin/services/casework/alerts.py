"""Closing an alert: a person has looked at what it was about."""

from __future__ import annotations

from sqlalchemy import update

from checkin.models.conversations import Alert
from checkin.services import audit
from checkin.services.mistakes import Mistake
from checkin.work import Work


def find(work: Work, alert_id: str) -> Alert | None:
    """The alert with this id."""
    return work.session.get(Alert, alert_id)


def close(work: Work, alert: Alert, by: str) -> None:
    """Close it for everybody. Raises Mistake when somebody was first."""
    closed = work.session.execute(
        update(Alert).where(Alert.id == alert.id, Alert.closed_at.is_(None)).values(closed_at=work.now, closed_by=by),
        execution_options={"synchronize_session": False},
    )
    if not closed.rowcount:  # type: ignore[attr-defined]
        raise Mistake("somebody closed this alert already")
    audit.write(work, by, "closed an alert", alert.id, before=alert.kind)
