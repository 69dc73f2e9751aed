"""The list of the flows, the picture of one, what it was before, and taking it out of use."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from checkin.core.drawings import svg
from checkin.core.errors import UserError
from checkin.core.translatable import N_
from checkin.core.unit_of_work import Work
from checkin.i18n.gettext import _
from checkin.publishing import definitions, drafts, flow_counts, plan, whose
from checkin.publishing import service as publishing
from checkin.publishing.moves import move_all
from checkin.web.console.flows import picture
from checkin.web.console.flows.the_flow import STATES, row_of, the_flow, to_change
from checkin.web.context import Here
from checkin.web.reads import flows as read
from checkin.web.registry import Menu, Pages
from flows.model.findings import errors
from flows.model.flow import Flow
from flows.views.diff import Change, diff
from flows.views.drawing import Counts, dot, span

pages = Pages("flows", "/console/flows", Menu(N_("Flows"), "flows.see", 60))

DRAWN = "default-src 'none'"
"""The policy of a drawing: it runs nothing and loads nothing."""


@pages.page("/", right="flows.see")
def flows(here: Here) -> str:
    """Every flow, and how many wait in it."""
    return here.page("console/flows/flows.html", rows=_rows(here), states=STATES)


@pages.page("/live", right="flows.see", live=True)
def live(here: Here) -> str:
    """The rows of that list as they are now."""
    return here.page("console/flows/rows.html", rows=_rows(here), states=STATES)


@pages.page("/<flow>", right="flows.see")
def flow(here: Here, flow: str) -> str | Response:
    """The picture of the live version with its counts, or (draft=1) of what is written."""
    found = the_flow(here, flow)
    shown, counts = _shown(here, found.row, found.tried)
    if shown is None:
        return here.to("flow_writing.edit", flow=flow)
    return here.page(
        "console/flows/flow.html",
        found=found,
        row=found.row,
        states=STATES,
        tab="flow",
        boxes=picture.boxes(shown, picture.spoken(shown, here.language), counts),
        draft=shown is not found.row.flow,
        span=span,
        planned=here.look(lambda work: flow_counts.planned(work.session, flow, here.line)),
    )


@pages.page("/<flow>/drawing.svg", right="flows.see")
def drawing(here: Here, flow: str) -> Response:
    """The same as an image."""
    wants_draft = here.request.args.get("draft") == "1"
    found = the_flow(here, flow) if wants_draft else None
    row = found.row if found else row_of(here, flow)
    shown, counts = _shown(here, row, found.tried if found else None)
    if shown is None:
        here.not_there()
    image = Response(svg(dot(shown, picture.spoken(shown, here.language), counts)), mimetype="image/svg+xml")
    image.headers["Content-Security-Policy"] = DRAWN
    return image


@pages.page("/<flow>/history", right="flows.see")
def history(here: Here, flow: str) -> str:
    """Every version that was live, the newest first."""
    found = the_flow(here, flow)
    past = here.look(lambda work: read.history(work, flow, here.line))
    return here.page("console/flows/history.html", found=found, row=found.row, states=STATES, tab="history", past=past)


@pages.page("/<flow>/history/<version>", right="flows.see")
def version(here: Here, flow: str, version: str) -> str:
    """One version: how it differs from the live one, and what going back to it would do."""
    row, then, made = _then(here, flow, version)
    there = row.flow if row.live else None
    changes: tuple[Change, ...] = diff(there, then) if there else ()
    return here.page(
        "console/flows/version.html", row=row, states=STATES, tab="history", then=then, changes=changes, plan=made
    )


@pages.write("/<flow>/history/<version>/back", right="flows.publish", shows=version)
def back(here: Here, flow: str, version: str) -> Response:
    """Make it live again."""
    to_change(here, flow)
    _row, then, _made = _then(here, flow, version)
    here.look(lambda work: whose.keep_apart(work, here.line, then))
    _stop(here, [then])
    here.do(lambda work: drafts.back(work, then, here.who.by, here.field("seen") or None))
    moved = move_all(here.do, then, here.who.by) if here.field("move") else 0
    said = [_("Version %(hash)s is live again.", hash=then.hash[:8])]
    said += [_("Moved on to it: %(count)s.", count=moved)] if moved else []
    return here.to("flows.history", " ".join(said), flow=flow)


@pages.write("/<flow>/retire", right="flows.publish", shows=flow)
def retire(here: Here, flow: str) -> Response:
    """No conversation begins with it any more; who is in it goes on."""
    to_change(here, flow)
    _stop(here, [], flow)
    here.do(lambda work: publishing.retire(work, flow, here.who.by, here.field("seen")))
    return here.to("flows.flow", _("It is retired: nobody begins with it any more."), flow=flow)


def _rows(here: Here) -> list[read.Row]:
    """The flows that this line leads to, or nobody does; not those of other lines alone."""

    def look(work: Work) -> list[read.Row]:
        rows = read.listed(work, here.line)
        return [
            replace(row, others=whose.others(work, here.line, row.name))
            for row in rows
            if not whose.is_hidden(work, here.line, row.name)
        ]

    return here.look(look)


def _shown(here: Here, row: read.Row, draft: Flow | None) -> tuple[Flow | None, Counts]:
    if here.request.args.get("draft") == "1" and draft is not None:
        return draft, Counts()
    live = row.flow
    return live, here.look(lambda work: plan.counts(work.session, live, here.line)) if live else Counts()


def _then(here: Here, flow: str, version: str) -> tuple[read.Row, Flow, plan.Plan]:
    """The flow, its version with this hash, and what publishing that would do."""
    row = row_of(here, flow)

    def look(work: Work) -> tuple[Flow, plan.Plan] | None:
        then = definitions.readable(work.session, [version]).get(version)
        return None if then is None or then.name != flow else (then, plan.plans(work.session, [then])[0])

    return (row, *here.own(here.look(look)))


def _stop(here: Here, chosen: list[Flow], without: str = "") -> None:
    """Raises UserError when the flows would not run together any more."""
    live, resting = here.look(lambda work: (plan.live_flows(work.session), plan.retired(work.session)))
    gone = {*resting, without} - {""}
    library, found = plan.together(here.runtime.settings.flows, chosen, live, gone)
    if library is None:
        told = "; ".join(f"{one.file}:{one.line} {one.text}" for one in errors(found)[:5])
        raise UserError(_("Nothing was changed, because then this would be wrong: %(what)s", what=told))
