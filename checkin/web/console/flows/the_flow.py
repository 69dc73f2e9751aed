"""The flow that a page is about, with what is being written on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.publishing import whose
from checkin.publishing.draft_queries import as_written, source_of
from checkin.web.context import RequestContext
from checkin.web.reads import flows as read
from flows.checks.drafts import Draft, read_draft
from flows.library import Library
from flows.loading import clip_digests
from flows.model.flow import Flow

SHARED = N_("%(lines)s uses this, too. You can read it here; only whoever runs the whole installation can change it.")
"""Why a flow cannot be changed on a page of one line."""

STATES = {"live": N_("live"), "retired": N_("retired"), "new": N_("not live yet")}


@dataclass(frozen=True)
class TheFlow:
    """row: what is known of it. text: what the editor shows. made: what that text makes."""

    row: read.FlowRow
    text: str
    made: Draft

    @property
    def revision(self) -> int:
        """Of its draft; 0 while there is none."""
        return self.row.draft.revision if self.row.draft else 0

    @property
    def title(self) -> str:
        """What people call it."""
        newest = self.made.flow or self.row.flow
        return newest.title if newest else self.row.name

    @property
    def tried(self) -> Flow | None:
        """What is tried, tested and published: what is written."""
        return self.made.flow if self.made.library else None


def clips(ctx: RequestContext) -> Mapping[str, str]:
    """The digest of each recorded prompt."""
    return clip_digests(ctx.runtime.settings.flows)


def row_of(ctx: RequestContext, flow: str) -> read.FlowRow:
    """What is known of this flow; NotThere when there is none, or only other lines lead to it."""
    return ctx.own(ctx.look(lambda uow: _row(uow, ctx.line, flow)))


def to_change(ctx: RequestContext, flow: str) -> read.FlowRow:
    """The same, for whoever is about to change it. Raises UserError where it speaks for another line, too."""
    found = row_of(ctx, flow)
    if found.others:
        raise UserError(_(SHARED, lines=", ".join(found.others)))
    return found


def _row(uow: UnitOfWork, line: str, flow: str) -> read.FlowRow | None:
    found = None if whose.is_hidden(uow, line, flow) else read.flow_row(uow, flow, line)
    return None if found is None else replace(found, others=whose.others(uow, line, flow))


def library_of(ctx: RequestContext, found: TheFlow) -> Library | None:
    """What conversations of this flow are played with: all flows as they are written; None with errors in it."""
    library, sounds = found.made.library, clips(ctx)
    return ctx.look(lambda uow: as_written(uow, library, found.row.name, sounds)) if library else None


def the_flow(ctx: RequestContext, flow: str) -> TheFlow:
    """This flow with what is written on it; NotThere when there is none, or only other lines lead to it."""
    sounds = clips(ctx)

    def look(uow: UnitOfWork) -> TheFlow | None:
        row = _row(uow, ctx.line, flow)
        if row is None:
            return None
        text = source_of(uow, row.draft, row.flow, sounds)
        return TheFlow(row, text, read_draft(text, flow, uow.library, sounds))

    return ctx.own(ctx.look(look))
