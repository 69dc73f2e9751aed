"""Trying a flow before anybody meets it: a talk with it, and the conversations that were written down."""

from __future__ import annotations

from flask import Response

from checkin.publishing.draft_queries import talks_written
from checkin.web.console.flows.the_flow import STATES, library_of, the_flow
from checkin.web.console.flows.trying import played, talking
from checkin.web.context import RequestContext
from checkin.web.registry import Pages

pages = Pages("flow_trying", "/console/flows")


@pages.page("/<flow>/try", right="flows.see")
def start(ctx: RequestContext, flow: str) -> str:
    """A talk that has not begun."""
    found = the_flow(ctx, flow)
    talk = talking.begun(found, ctx.language, ctx.now) if found.made.library else None
    return ctx.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.write("/<flow>/try", right="flows.see", shows=start)
def go_on(ctx: RequestContext, flow: str) -> str:
    """Everything that was said until now, and what follows. The browser holds it; nothing is stored or sent."""
    found = the_flow(ctx, flow)
    talk = talking.gone_on(found, ctx.request.form, ctx.language, ctx.now) if found.made.library else None
    return ctx.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.page("/<flow>/tests", right="flows.see")
def tests(ctx: RequestContext, flow: str) -> str | Response:
    """The conversations that must go as they are written; run=1 plays them with what is written now."""
    found = the_flow(ctx, flow)
    folder = ctx.runtime.settings.flows
    run = ctx.request.args.get("run") == "1" and found.made.library is not None
    library = library_of(ctx, found)
    talks = ctx.look(talks_written)
    shown = played.run(library, folder, flow, talks) if run and library else played.listed(folder, flow, talks)
    return ctx.page(
        "console/flows/trying/tests.html", found=found, row=found.row, states=STATES, tab="tests", shown=shown
    )
