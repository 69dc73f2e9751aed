"""The text that the editor shows: the draft, else the file if it is what is live, else the live version written out."""

from __future__ import annotations

from collections.abc import Mapping

from checkin.core.unit_of_work import UnitOfWork
from checkin.publishing import draft_queries
from checkin.publishing.models import FlowDraft
from flows.checks.drafts import read_draft, text_of
from flows.library import Library
from flows.model.flow import Flow

REMARK = "Written out from version {hash}, as it was published. Comments are not kept with versions."


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
        for name, draft in draft_queries.all_of_them(uow.session).items()
        if name != but
        and (made := read_draft(draft.source, name, uow.library, clips)).flow is not None
        and not made.errors
    ]
    return library.with_current(others) if others else library
