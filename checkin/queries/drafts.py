"""What organisers are writing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.models.drafts import FlowDraft


def of(session: Session, flow: str) -> FlowDraft | None:
    """The draft of this flow."""
    return session.get(FlowDraft, flow, populate_existing=True)


def all_of_them(session: Session) -> dict[str, FlowDraft]:
    """Every draft, by the name of its flow."""
    return {one.flow: one for one in session.scalars(select(FlowDraft).order_by(FlowDraft.flow))}
