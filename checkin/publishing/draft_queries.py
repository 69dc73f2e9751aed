"""What organizers are writing."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions
from checkin.publishing.models import FlowDraft, TranscriptDraft


def of(session: Session, flow: str) -> FlowDraft | None:
    """The draft of this flow."""
    return session.get(FlowDraft, flow, populate_existing=True)


def all_of_them(session: Session) -> dict[str, FlowDraft]:
    """Every draft, by the name of its flow."""
    return {row.flow: row for row in session.scalars(select(FlowDraft).order_by(FlowDraft.flow))}


def of_talks(session: Session, flow: str) -> TranscriptDraft | None:
    """The draft of the conversations of this flow."""
    return session.get(TranscriptDraft, flow, populate_existing=True)


def all_talks(session: Session) -> dict[str, TranscriptDraft]:
    """Every draft of conversations, by the name of their flow."""
    return {row.flow: row for row in session.scalars(select(TranscriptDraft).order_by(TranscriptDraft.flow))}


def talks_written(uow: UnitOfWork) -> dict[str, str]:
    """The conversations that are not what the files say: as they are being written, else as they were published."""
    written = {name: item.source for name, item in all_talks(uow.session).items()}
    return {**definitions.talks(uow.session), **written}
