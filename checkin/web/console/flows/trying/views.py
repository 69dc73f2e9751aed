"""Trying a flow before anybody meets it: a talk with it, and the conversations that were written down."""

from __future__ import annotations

from flask import Response

from checkin.publishing.draft_queries import talks_written
from checkin.web.console.flows.the_flow import STATES, library_of, the_flow
from checkin.web.console.flows.trying import played, talking
from checkin.web.context import Here
from checkin.web.registry import Pages

pages = Pages("flow_trying", "/console/flows")


@pages.page("/<flow>/try", right="flows.see")
def start(here: Here, flow: str) -> str:
    """A talk that has not begun."""
    found = the_flow(here, flow)
    talk = talking.begun(found, here.language, here.now) if found.made.library else None
    return here.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.write("/<flow>/try", right="flows.see", shows=start)
def go_on(here: Here, flow: str) -> str:
    """Everything that was said until now, and what follows. The browser holds it; nothing is stored or sent."""
    found = the_flow(here, flow)
    talk = talking.gone_on(found, here.request.form, here.language, here.now) if found.made.library else None
    return here.page("console/flows/trying/try.html", found=found, row=found.row, states=STATES, tab="try", talk=talk)


@pages.page("/<flow>/tests", right="flows.see")
def tests(here: Here, flow: str) -> str | Response:
    """The conversations that must go as they are written; run=1 plays them with what is written now."""
    found = the_flow(here, flow)
    folder = here.runtime.settings.flows
    run = here.request.args.get("run") == "1" and found.made.library is not None
    library = library_of(here, found)
    talks = here.look(talks_written)
    shown = played.run(library, folder, flow, talks) if run and library else played.listed(folder, flow, talks)
    return here.page(
        "console/flows/trying/tests.html", found=found, row=found.row, states=STATES, tab="tests", shown=shown
    )
