"""Writing the conversations of a flow, with what is otherwise in them at its line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from flask import Response

from checkin.core.errors import UserError
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.publishing import draft_queries, talk_drafts
from checkin.publishing.models import TranscriptDraft
from checkin.web.console.flows import typed
from checkin.web.console.flows.the_flow import STATES, TheFlow, library_of, row_of, the_flow, to_change
from checkin.web.context import RequestContext
from checkin.web.registry import Pages
from flows.library import Library
from flows.model.findings import Finding, errors
from flows.model.yaml_source import LARGEST
from flows.transcripts.coverage import failures, play
from flows.transcripts.files import file_of, parse_transcripts
from flows.transcripts.writing import added

pages = Pages("flow_talks", "/console/flows")

MOST_BYTES = 4 * LARGEST


@dataclass(frozen=True)
class WrittenTranscript:
    """draft: what is kept and not live. text: it, else what is live."""

    draft: TranscriptDraft | None
    text: str

    @property
    def revision(self) -> int:
        """Of the draft; 0 while there is none."""
        return self.draft.revision if self.draft else 0


@pages.page("/<flow>/tests/edit", right="flows.see")
def edit(ctx: RequestContext, flow: str) -> str:
    """The editor."""
    found, kept = the_flow(ctx, flow), written(ctx, flow)
    return _editor(ctx, found, kept, ctx.typed("source", kept.text), ctx.typed("revision", kept.revision))


@pages.write("/<flow>/tests/edit", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def keep(ctx: RequestContext, flow: str) -> Response:
    """Keep what is typed. Nobody else's text is written over unseen."""
    to_change(ctx, flow)
    text, seen = ctx.request.form.get("source", ""), typed.number(ctx.field("revision"))
    ctx.do(lambda uow: talk_drafts.keep(uow, flow, text, seen, ctx.who.by))
    return ctx.to("flow_talks.edit", _("Saved. It goes live with the flow when you publish."), flow=flow)


@pages.write("/<flow>/tests/add", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def add(ctx: RequestContext, flow: str) -> str:
    """Show the conversations with one more at their end, as it was just tried; not kept yet."""
    to_change(ctx, flow)
    found, kept = the_flow(ctx, flow), written(ctx, flow)
    text = added(kept.text, typed.plain(ctx.request.form.get("talk", "")))
    return _editor(ctx, found, kept, text, str(kept.revision), said=_("The conversation is at the end, not saved yet."))


@pages.write("/<flow>/tests/upload", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def upload(ctx: RequestContext, flow: str) -> str:
    """Show what is in a file, not kept yet; what was typed stands beside it."""
    to_change(ctx, flow)
    found, kept, text = the_flow(ctx, flow), written(ctx, flow), typed.file(ctx)
    if not text:
        raise UserError(_("Choose a file first."))
    mine = typed.plain(ctx.request.form.get("source", ""))
    lost = mine if mine != typed.plain(kept.text) else ""
    said = _("This is what's in the file. It isn't saved yet.")
    return _editor(ctx, found, kept, text, ctx.field("revision"), said=said, beside=lost)


@pages.write("/<flow>/tests/check", right="flows.publish", most_bytes=MOST_BYTES)
def check(ctx: RequestContext, flow: str) -> str:
    """How these conversations go with the flow as it is written, as a part of the page. Nothing is kept."""
    text = typed.plain(ctx.request.form.get("source", ""))
    made = checked(text, flow, library_of(ctx, the_flow(ctx, flow)))
    return ctx.page("console/flows/transcripts/findings.html", made=made, flow=flow, file=file_of(flow))


@pages.page("/<flow>/tests/tests.yaml", right="flows.see")
def take(ctx: RequestContext, flow: str) -> Response:
    """The text as a file."""
    row_of(ctx, flow)
    response = Response(written(ctx, flow).text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{flow}.test.yaml"'
    return response


@pages.write("/<flow>/tests/drop", right="flows.publish", shows=edit)
def drop(ctx: RequestContext, flow: str) -> Response:
    """Put the draft away."""
    to_change(ctx, flow)
    ctx.do(lambda uow: talk_drafts.drop(uow, flow, typed.number(ctx.field("revision")), ctx.who.by))
    return ctx.to("flow_trying.tests", _("Draft discarded."), flow=flow)


def written(ctx: RequestContext, flow: str) -> WrittenTranscript:
    """The conversations of this flow as they stand."""

    def look(uow: UnitOfWork) -> WrittenTranscript:
        draft = draft_queries.of_talks(uow.session, flow)
        return WrittenTranscript(draft, draft.source if draft else talk_drafts.live_text(uow, flow))

    return ctx.look(look)


def _editor(
    ctx: RequestContext,
    found: TheFlow,
    kept: WrittenTranscript,
    text: str,
    revision: str,
    *,
    said: str = "",
    beside: str = "",
) -> str:
    """The page of the editor. Where somebody else kept another text, theirs stands beside ours."""
    text, theirs, flow = typed.plain(text), typed.plain(kept.text), found.row.name
    return ctx.page(
        "console/flows/transcripts/edit.html",
        found=found, row=found.row, states=STATES, tab="tests", kept=kept, text=text, beside=beside, told=said,
        made=checked(text, flow, library_of(ctx, found)), file=file_of(flow), stored=theirs == text,
        clash=typed.difference(theirs, text) if typed.number(revision) != kept.revision else None,
    )  # fmt: skip


MOST_KEPT = 32


@dataclass(frozen=True)
class CheckedTranscript:
    """findings: what cannot be read, or doesn't go as written, at its line. played: whether they could be."""

    findings: tuple[Finding, ...]
    played: bool = True

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stands against publishing."""
        return errors(self.findings)


class _Among:
    """A library, alike for conversations as long as its flows and settings are: what was played need not be again."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.flows = {name: flow.hash for name, flow in library.flows.items()}

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Among)
            and other.flows == self.flows
            and other.library.lines == self.library.lines
            and other.library.settings is self.library.settings
        )

    def __hash__(self) -> int:
        return hash(tuple(sorted(self.flows.items())))


def checked(text: str, flow: str, library: Library | None) -> CheckedTranscript:
    """How they go. Without a library (the flow has errors) they are only read. The last few answers are kept."""
    if not text.strip():
        return CheckedTranscript(())
    unread = parse_transcripts(text, file_of(flow))[1]
    if unread or library is None:
        return CheckedTranscript(tuple(unread), played=False)
    return CheckedTranscript(_played(text, flow, _Among(library)))


@lru_cache(MOST_KEPT)
def _played(text: str, flow: str, among: _Among) -> tuple[Finding, ...]:
    placed, _ = parse_transcripts(text, file_of(flow))
    return tuple(sorted(found for at, result in play(among.library, placed) for found in failures(at, result)))
