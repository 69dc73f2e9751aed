"""Writing on a flow: the editor, what the checker says while one types, files, new flows."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from checkin.core.errors import UserError
from checkin.i18n.gettext import _
from checkin.publishing import drafts
from checkin.web.console.flows import typed
from checkin.web.console.flows.the_flow import STATES, TheFlow, clips, the_flow, to_change
from checkin.web.context import RequestContext
from checkin.web.reads import flows as read
from checkin.web.registry import Pages
from flows.checks.drafts import Draft, read_draft
from flows.model.yaml_source import LARGEST

pages = Pages("flow_writing", "/console/flows")

MOST_BYTES = 4 * LARGEST
TAKEN = ("new", "live")
"""Pages have these names."""

SKELETON = Path(__file__).with_name("skeleton.yaml")


@pages.page("/new", right="flows.publish")
def new(ctx: RequestContext) -> str:
    """A flow that is not there yet."""
    return ctx.page("console/flows/writing/new.html")


@pages.write("/new", right="flows.publish", shows=new, most_bytes=MOST_BYTES)
def begin(ctx: RequestContext) -> Response:
    """Begin it, from a file or from a few lines to go on from."""
    name = ctx.field("name")
    if name in TAKEN or ctx.look(lambda uow: read.flow_row(uow, name, ctx.line)) is not None:
        raise UserError(_("There's already a flow with this name: choose another."))
    text = typed.file(ctx) or SKELETON.read_text(encoding="utf-8").replace("NAME", name)
    sounds = clips(ctx)
    ctx.do(lambda uow: drafts.keep(uow, name, text, 0, ctx.who.by, sounds))
    return ctx.to("flow_writing.edit", flow=name)


@pages.page("/<flow>/edit", right="flows.see")
def edit(ctx: RequestContext, flow: str) -> str:
    """The editor."""
    found = the_flow(ctx, flow)
    return _editor(ctx, found, ctx.typed("source", found.text), ctx.typed("revision", found.revision))


@pages.write("/<flow>/edit", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def keep(ctx: RequestContext, flow: str) -> Response:
    """Keep what is typed. Nobody else's text is written over unseen."""
    to_change(ctx, flow)
    text, seen, sounds = ctx.request.form.get("source", ""), typed.number(ctx.field("revision")), clips(ctx)
    made = ctx.do(lambda uow: drafts.keep(uow, flow, text, seen, ctx.who.by, sounds))
    return ctx.to("flow_writing.edit", _kept(made), flow=flow)


@pages.write("/<flow>/upload", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def upload(ctx: RequestContext, flow: str) -> str:
    """Show what is in a file, not kept yet; what was typed stands beside it."""
    to_change(ctx, flow)
    found, text = the_flow(ctx, flow), typed.file(ctx)
    if not text:
        raise UserError(_("Choose a file first."))
    mine = typed.plain(ctx.request.form.get("source", ""))
    lost = mine if mine != typed.plain(found.text) else ""
    return _editor(ctx, found, text, ctx.field("revision"), file=True, beside=lost)


@pages.write("/<flow>/check", right="flows.publish", most_bytes=MOST_BYTES)
def check(ctx: RequestContext, flow: str) -> str:
    """What the checker says about this text, as a part of the page. Nothing is kept."""
    sounds, text = clips(ctx), typed.plain(ctx.request.form.get("source", ""))
    made = ctx.look(lambda uow: read_draft(text, flow, uow.library, sounds))
    return ctx.page("console/flows/writing/findings.html", made=made, flow=flow)


@pages.page("/<flow>/flow.yaml", right="flows.see")
def take(ctx: RequestContext, flow: str) -> Response:
    """The text as a file."""
    response = Response(the_flow(ctx, flow).text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{flow}.yaml"'
    return response


@pages.write("/<flow>/drop", right="flows.publish", shows=edit)
def drop(ctx: RequestContext, flow: str) -> Response:
    """Put the draft away."""
    row = to_change(ctx, flow)
    ctx.do(lambda uow: drafts.drop(uow, flow, typed.number(ctx.field("revision")), ctx.who.by))
    return ctx.to(
        "flows.flow" if row.flow else "flows.flows", _("Draft discarded."), **({"flow": flow} if row.flow else {})
    )


def _editor(
    ctx: RequestContext, found: TheFlow, text: str, revision: str, *, file: bool = False, beside: str = ""
) -> str:
    """The page of the editor. Where somebody else kept another text, theirs stands beside ours."""
    text, sounds = typed.plain(text), clips(ctx)
    made = ctx.look(lambda uow: read_draft(text, found.row.name, uow.library, sounds))
    clash = typed.number(revision) != found.revision
    return ctx.page(
        "console/flows/writing/edit.html",
        found=found, row=found.row, states=STATES, tab="edit", text=text, made=made, file=file, beside=beside,
        clash=typed.difference(found.text, text) if clash else None,
        stored=typed.plain(found.text) == text,
    )  # fmt: skip


def _kept(made: Draft) -> str:
    return _("Saved. No errors.") if not made.errors else _("Saved. It has errors and can't be published yet.")
