"""Writing on a flow: the editor, what the checker says while one types, files, new flows."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from checkin.core.errors import UserError
from checkin.i18n.gettext import _
from checkin.publishing import drafts
from checkin.web.console.flows import typed
from checkin.web.console.flows.the_flow import STATES, TheFlow, clips, the_flow, to_change
from checkin.web.context import Here
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
def new(here: Here) -> str:
    """A flow that is not there yet."""
    return here.page("console/flows/writing/new.html")


@pages.write("/new", right="flows.publish", shows=new, most_bytes=MOST_BYTES)
def begin(here: Here) -> Response:
    """Begin it, from a file or from a few lines to go on from."""
    name = here.field("name")
    if name in TAKEN or here.look(lambda work: read.one(work, name, here.line)) is not None:
        raise UserError(_("There is a flow with this name already: choose another."))
    text = typed.file(here) or SKELETON.read_text(encoding="utf-8").replace("NAME", name)
    sounds = clips(here)
    here.do(lambda work: drafts.keep(work, name, text, 0, here.who.by, sounds))
    return here.to("flow_writing.edit", flow=name)


@pages.page("/<flow>/edit", right="flows.see")
def edit(here: Here, flow: str) -> str:
    """The editor."""
    found = the_flow(here, flow)
    return _editor(here, found, here.typed("source", found.text), here.typed("revision", found.revision))


@pages.write("/<flow>/edit", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def keep(here: Here, flow: str) -> Response:
    """Keep what is typed. Nobody else's text is written over unseen."""
    to_change(here, flow)
    text, seen, sounds = here.request.form.get("source", ""), typed.number(here.field("revision")), clips(here)
    made = here.do(lambda work: drafts.keep(work, flow, text, seen, here.who.by, sounds))
    return here.to("flow_writing.edit", _kept(made), flow=flow)


@pages.write("/<flow>/upload", right="flows.publish", shows=edit, most_bytes=MOST_BYTES)
def upload(here: Here, flow: str) -> str:
    """Show what is in a file, not kept yet; what was typed stands beside it."""
    to_change(here, flow)
    found, text = the_flow(here, flow), typed.file(here)
    if not text:
        raise UserError(_("Choose a file first."))
    mine = typed.plain(here.request.form.get("source", ""))
    lost = mine if mine != typed.plain(found.text) else ""
    return _editor(here, found, text, here.field("revision"), file=True, beside=lost)


@pages.write("/<flow>/check", right="flows.publish", most_bytes=MOST_BYTES)
def check(here: Here, flow: str) -> str:
    """What the checker says about this text, as a part of the page. Nothing is kept."""
    sounds, text = clips(here), typed.plain(here.request.form.get("source", ""))
    made = here.look(lambda work: read_draft(text, flow, work.library, sounds))
    return here.page("console/flows/writing/findings.html", made=made, flow=flow)


@pages.page("/<flow>/flow.yaml", right="flows.see")
def take(here: Here, flow: str) -> Response:
    """The text as a file."""
    response = Response(the_flow(here, flow).text, mimetype="application/yaml")
    response.headers["Content-Disposition"] = f'attachment; filename="{flow}.yaml"'
    return response


@pages.write("/<flow>/drop", right="flows.publish", shows=edit)
def drop(here: Here, flow: str) -> Response:
    """Put the draft away."""
    row = to_change(here, flow)
    here.do(lambda work: drafts.drop(work, flow, typed.number(here.field("revision")), here.who.by))
    return here.to(
        "flows.flow" if row.flow else "flows.flows", _("The draft is put away."), **({"flow": flow} if row.flow else {})
    )


def _editor(here: Here, found: TheFlow, text: str, revision: str, *, file: bool = False, beside: str = "") -> str:
    """The page of the editor. Where somebody else kept another text, theirs stands beside ours."""
    text, sounds = typed.plain(text), clips(here)
    made = here.look(lambda work: read_draft(text, found.row.name, work.library, sounds))
    clash = typed.number(revision) != found.revision
    return here.page(
        "console/flows/writing/edit.html",
        found=found, row=found.row, states=STATES, tab="edit", text=text, made=made, file=file, beside=beside,
        clash=typed.difference(found.text, text) if clash else None,
        stored=typed.plain(found.text) == text,
    )  # fmt: skip


def _kept(made: Draft) -> str:
    return (
        _("Kept. Nothing is wrong with it.")
        if not made.errors
        else _("Kept. It has errors, and cannot be published yet.")
    )
