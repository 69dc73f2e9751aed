"""What organizers are writing."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions
from checkin.publishing.models import FlowDraft, TranscriptDraft
from flows.checks.drafts import read_draft, text_of
from flows.library import Library
from flows.model.flow import Flow


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
    written = {name: draft.source for name, draft in all_talks(uow.session).items()}
    return {**definitions.talks(uow.session), **written}


REMARK = "Written out from version {hash}, as it was published. Comments aren't kept with versions."


def source_of(uow: UnitOfWork, draft: FlowDraft | None, live: Flow | None, clips: Mapping[str, str]) -> str:
    """What to go on writing from; empty for a flow that is nowhere."""
    if draft is not None:
        return draft.source
    if live is None:
        return ""
    return _file(uow, live, clips) or text_of(live, REMARK.format(hash=live.hash[:12]))


def _file(uow: UnitOfWork, live: Flow, clips: Mapping[str, str]) -> str | None:
    """The text of its file, comments and all, if it says what is live."""
    path = uow.library.folder / f"{live.name}.yaml" if uow.library.folder else None
    if path is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    flow = read_draft(text, live.name, uow.library, clips).flow
    return text if flow is not None and flow.hash == live.hash else None


def as_written(uow: UnitOfWork, library: Library, but: str, clips: Mapping[str, str]) -> Library:
    """This library with every flow but one as it is being written, where that can be read.

    A conversation may pass through several flows, and is changed with all of them.
    """
    others = [
        made.flow
        for name, draft in all_of_them(uow.session).items()
        if name != but
        and (made := read_draft(draft.source, name, uow.library, clips)).flow is not None
        and not made.errors
    ]
    return library.with_current(others) if others else library
