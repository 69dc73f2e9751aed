"""Keeping what somebody writes of the conversations of a flow: as for the flow itself, nobody writes over anybody."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import delete, update

from checkin.core import audit
from checkin.core.audit import AuditAction
from checkin.core.errors import UserError
from checkin.core.statements import changed
from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import definitions, draft_queries
from checkin.publishing.drafts import clash, fit
from checkin.publishing.models import TranscriptDraft
from flows.transcripts.files import file_of


def live_text(uow: UnitOfWork, flow: str) -> str:
    """The conversations that are played now: as they were published on the pages, else what their file says."""
    published = definitions.talks(uow.session).get(flow)
    if published is not None:
        return published
    path = uow.library.folder / file_of(flow) if uow.library.folder else None
    return path.read_text(encoding="utf-8", errors="replace") if path is not None and path.is_file() else ""


def keep(uow: UnitOfWork, flow: str, source: str, seen: int, by: str) -> None:
    """Keep this text, whether or not it can be read. What is live already is no draft.

    seen: the revision that it was written from; 0 when there was none. Raises Clash when there is another by now,
    UserError for a text that is too long.
    """
    text, there = fit(source), draft_queries.of_talks(uow.session, flow)
    if (there.revision if there else 0) != seen:
        raise clash(flow, there.revision if there else 0)
    if text == (there.source if there else fit(live_text(uow, flow))):
        return
    if there is None:
        uow.session.add(TranscriptDraft(flow=flow, source=text, revision=1, by=by[:80], at=uow.now))
        uow.session.flush()
    else:
        standing = update(TranscriptDraft).where(TranscriptDraft.flow == flow, TranscriptDraft.revision == seen)
        if not changed(uow.session, standing.values(revision=seen + 1, source=text, by=by[:80], at=uow.now)):
            raise clash(flow, seen + 1)
    before = _mark(there.source) if there else None
    audit.write(uow, by, AuditAction.CHANGED_CONVERSATIONS, flow, before, _mark(text))


def take_over(uow: UnitOfWork, texts: Mapping[str, str], seen: Mapping[str, int], by: str) -> None:
    """Keep the conversations of these flows with the new words of the line; all of them or, if one clashes, none."""
    for flow, text in texts.items():
        keep(uow, flow, text, seen.get(flow, 0), by)


def drop(uow: UnitOfWork, flow: str, seen: int, by: str) -> None:
    """Discard the draft: the live conversations count again. Raises UserError when it is another one by now."""
    if not changed(
        uow.session, delete(TranscriptDraft).where(TranscriptDraft.flow == flow, TranscriptDraft.revision == seen)
    ):
        raise UserError(
            "someone else has changed the test conversations of %(flow)s: look at them again first", flow=flow
        )
    audit.write(uow, by, AuditAction.PUT_CONVERSATIONS_AWAY, flow)


def _mark(text: str) -> str:
    """By which two texts can be told apart; the text itself stands in no audit."""
    return hashlib.sha256(text.encode()).hexdigest()
