"""The list of the flows, the picture of one, what it was before, and taking it out of use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response

from checkin.core.errors import UserError
from checkin.core.graphviz import svg
from checkin.core.translatable import N_
from checkin.core.unit_of_work import UnitOfWork
from checkin.i18n.gettext import _
from checkin.publishing import definitions, drafts, flow_counts, plan, whose
from checkin.publishing import service as publishing
from checkin.publishing.moves import move_all
from checkin.web.console.flows.the_flow import STATES, row_of, the_flow, to_change
from checkin.web.context import RequestContext
from checkin.web.reads import flows as read
from checkin.web.registry import Menu, Pages
from flows.model.findings import errors
from flows.model.flow import Flow
from flows.views.diff import Change, diff
from flows.views.drawing import Counts, dot, drawn, lines_of, span

pages = Pages("flows", "/console/flows", Menu(N_("Flows"), "flows.see", 60))

DRAWN = "default-src 'none'"
"""The policy of a drawing: it runs nothing and loads nothing."""


@pages.page("/", right="flows.see")
def flows(ctx: RequestContext) -> str:
    """Every flow, and how many wait in it."""
    return ctx.page("console/flows/flows.html", rows=_rows(ctx), states=STATES)


@pages.page("/live", right="flows.see", live=True)
def live(ctx: RequestContext) -> str:
    """The rows of that list as they are now."""
    return ctx.page("console/flows/rows.html", rows=_rows(ctx), states=STATES)


@pages.page("/<flow>", right="flows.see")
def flow(ctx: RequestContext, flow: str) -> str | Response:
    """The picture of the live version with its counts, or (draft=1) of what is written."""
    found = the_flow(ctx, flow)
    shown, counts = _shown(ctx, found.row, found.tried)
    if shown is None:
        return ctx.to("flow_writing.edit", flow=flow)
    return ctx.page(
        "console/flows/flow.html",
        found=found,
        row=found.row,
        states=STATES,
        tab="flow",
        boxes=boxes(shown, spoken(shown, ctx.language), counts),
        draft=shown is not found.row.flow,
        span=span,
        planned=ctx.look(lambda uow: flow_counts.planned(uow.session, flow, ctx.line)),
    )


@pages.page("/<flow>/drawing.svg", right="flows.see")
def drawing(ctx: RequestContext, flow: str) -> Response:
    """The same as an image."""
    wants_draft = ctx.request.args.get("draft") == "1"
    found = the_flow(ctx, flow) if wants_draft else None
    row = found.row if found else row_of(ctx, flow)
    shown, counts = _shown(ctx, row, found.tried if found else None)
    if shown is None:
        ctx.not_there()
    image = Response(svg(dot(shown, spoken(shown, ctx.language), counts)), mimetype="image/svg+xml")
    image.headers["Content-Security-Policy"] = DRAWN
    return image


@pages.page("/<flow>/history", right="flows.see")
def history(ctx: RequestContext, flow: str) -> str:
    """Every version that was live, the newest first."""
    found = the_flow(ctx, flow)
    past = ctx.look(lambda uow: read.history(uow, flow, ctx.line))
    return ctx.page("console/flows/history.html", found=found, row=found.row, states=STATES, tab="history", past=past)


@pages.page("/<flow>/history/<version>", right="flows.see")
def version(ctx: RequestContext, flow: str, version: str) -> str:
    """One version: how it differs from the live one, and what going back to it would do."""
    row, then, made = _then(ctx, flow, version)
    there = row.flow if row.live else None
    changes: tuple[Change, ...] = diff(there, then) if there else ()
    return ctx.page(
        "console/flows/version.html",
        row=row,
        states=STATES,
        tab="history",
        then=then,
        changes=changes,
        plan=made,
        along=_along(ctx, then),
    )


@pages.write("/<flow>/history/<version>/back", right="flows.publish", shows=version)
def back(ctx: RequestContext, flow: str, version: str) -> Response:
    """Make it live again."""
    to_change(ctx, flow)
    _row, then, _made = _then(ctx, flow, version)
    ctx.look(lambda uow: whose.keep_apart(uow, ctx.line, then))
    _stop(ctx, [then])
    along = _along(ctx, then)
    ctx.do(lambda uow: drafts.back(uow, then, ctx.who.by, ctx.field("seen") or None))
    moved = move_all(ctx.do, then, ctx.who.by) if ctx.field("move") else 0
    said = [_("Version %(hash)s is live again.", hash=then.hash[:8])]
    said += [_("Moved to it: %(count)s.", count=moved)] if moved else []
    said += [_("The test conversations of %(flows)s came back with it.", flows=", ".join(along))] if along else []
    return ctx.to("flows.history", " ".join(said), flow=flow)


@pages.write("/<flow>/retire", right="flows.publish", shows=flow)
def retire(ctx: RequestContext, flow: str) -> Response:
    """No conversation begins with it any more; who is in it goes on."""
    to_change(ctx, flow)
    _stop(ctx, [], flow)
    ctx.do(lambda uow: publishing.retire(uow, flow, ctx.who.by, ctx.field("seen")))
    return ctx.to("flows.flow", _("Retired: no new conversation starts with it."), flow=flow)


def _rows(ctx: RequestContext) -> list[read.FlowRow]:
    """The flows that this line leads to, or nobody does; not those of other lines alone."""

    def look(uow: UnitOfWork) -> list[read.FlowRow]:
        rows = read.listed(uow, ctx.line)
        return [
            replace(row, others=whose.others(uow, ctx.line, row.name))
            for row in rows
            if not whose.is_hidden(uow, ctx.line, row.name)
        ]

    return ctx.look(look)


def _shown(ctx: RequestContext, row: read.FlowRow, draft: Flow | None) -> tuple[Flow | None, Counts]:
    if ctx.request.args.get("draft") == "1" and draft is not None:
        return draft, Counts()
    live = row.flow
    return live, ctx.look(lambda uow: plan.counts(uow.session, live, ctx.line)) if live else Counts()


def _then(ctx: RequestContext, flow: str, version: str) -> tuple[read.FlowRow, Flow, plan.PublishingPlan]:
    """The flow, its version with this hash, and what publishing that would do."""
    row = row_of(ctx, flow)

    def look(uow: UnitOfWork) -> tuple[Flow, plan.PublishingPlan] | None:
        then = definitions.readable(uow.session, [version]).get(version)
        return None if then is None or then.name != flow else (then, plan.plans(uow.session, [then])[0])

    return (row, *ctx.own(ctx.look(look)))


def _along(ctx: RequestContext, then: Flow) -> list[str]:
    """Other flows whose conversations come back with this version."""
    return sorted(ctx.look(lambda uow: definitions.gone_along(uow.session, then.name, then.hash)))


def _stop(ctx: RequestContext, chosen: list[Flow], without: str = "") -> None:
    """Raises UserError when the flows would not run together any more."""
    live, resting = ctx.look(lambda uow: (plan.live_flows(uow.session), plan.retired(uow.session)))
    gone = {*resting, without} - {""}
    library, found = plan.together(ctx.runtime.settings.flows, chosen, live, gone)
    if library is None:
        told = "; ".join(f"{error.file}:{error.line} {error.text}" for error in errors(found)[:5])
        raise UserError(_("Nothing was changed, because it would break this: %(what)s", what=told))


@dataclass(frozen=True)
class DrawnExit:
    """A line of the drawing. share: how many took it and which part that is; None where nothing is counted."""

    words: str
    to: str
    share: tuple[int, float] | None


@dataclass(frozen=True)
class DrawnBox:
    """A box of the drawing. half: seconds in which half of the answers came. ended: how, the most first."""

    step: str
    words: str
    person: bool
    waiting: int
    half: float | None
    ended: tuple[tuple[str, int], ...]
    ways: tuple[DrawnExit, ...]


def boxes(flow: Flow, language: str, counts: Counts) -> list[DrawnBox]:
    """Every box, in the order of the flow."""
    ways: dict[str, list[DrawnExit]] = {}
    for line in lines_of(flow):
        said = ", ".join(outcome.replace("_", " ") for outcome in line.outcomes)
        ways.setdefault(line.source, []).append(DrawnExit(said, line.target, counts.share(line.source, line.ways)))
    return [
        DrawnBox(
            step.id, step.box(language), step.person is not None, counts.waiting.get(step.id, 0),
            counts.median.get(step.id), _ended(counts, step.id), tuple(ways.get(step.id, ())),
        )
        for step in drawn(flow)
    ]  # fmt: skip


def spoken(flow: Flow, language: str) -> str:
    """The language in which its words are shown to somebody who reads this one."""
    return language if language in flow.languages else flow.base


def _ended(counts: Counts, step: str) -> tuple[tuple[str, int], ...]:
    ended = sorted(counts.ended.get(step, {}).items(), key=lambda how: (-how[1], how[0]))
    return tuple(ended)
