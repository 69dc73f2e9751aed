"""Publishing: what changes, whom it meets, and the last yes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from checkin.console.flows.the_flow import STATES, TheFlow, the_flow
from checkin.live_flows import LOOK_EVERY
from checkin.pages.here import Here
from checkin.pages.i18n import _
from checkin.pages.registry import Pages
from checkin.services.flow_versions import drafts, plan
from checkin.services.mistakes import Mistake
from checkin.services.publishing_moves import move_all
from flows.findings import Finding, errors
from flows.model import Flow

pages = Pages("flow_publishing", "/console/flows")

OTHERWISE = ("T900", "T902")
"""Conversations that go otherwise than written, and a flow without any: publishing goes on if somebody says so."""


@pages.page("/<flow>/publish", right="flows.see")
def show(here: Here, flow: str) -> str:
    """What publishing what is written would do."""
    return _page(here, the_flow(here, flow))


@pages.write("/<flow>/publish", right="flows.publish", shows=show)
def publish(here: Here, flow: str) -> Response | tuple[str, int]:
    """Play the conversations, and make it live. Asks once more where some of them go otherwise."""
    found = the_flow(here, flow)
    if found.made.flow is None or found.made.errors:
        raise Mistake(_("It has errors, and cannot be published yet."))
    seen = _seen(here)
    here.look(lambda work: drafts.unchanged(work, flow, seen))
    faults = _faults(here, found.made.flow)
    if hard := [one for one in faults if one.code not in OTHERWISE]:
        told = "; ".join(f"{one.file}:{one.line} {one.text}" for one in hard[:5])
        raise Mistake(_("Nothing was changed, because then this would be wrong: %(what)s", what=told))
    if faults and not here.field("anyway"):
        return _page(here, found, faults), 422
    moved = _go_live(here, found.made.flow, faults)
    said = _("It is live: new conversations begin with it within %(seconds)s seconds.", seconds=LOOK_EVERY.seconds)
    return here.to("flows.flow", f"{said} {_('Moved on to it: %(count)s.', count=moved)}" if moved else said, flow=flow)


def _go_live(here: Here, flow: Flow, faults: Sequence[Finding]) -> int:
    """Publish it; answers how many of those who wait were moved on to it."""
    made = here.look(lambda work: plan.plans(work.session, [flow]))[0]
    note = f"{made.note} (although {len(faults)} conversations go otherwise)" if faults else made.note
    seen = _seen(here)
    here.do(lambda work: drafts.publish(work, flow, here.who.by, note, seen))
    return move_all(here.do, flow, here.who.by) if here.field("move") else 0


def _seen(here: Here) -> tuple[int, str | None]:
    """The revision and the live version that this page was made from."""
    revision = here.field("revision")
    number = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else -1
    return number, here.field("seen") or None


def _faults(here: Here, flow: Flow) -> list[Finding]:
    live, resting = here.look(lambda work: (plan.live_flows(work.session), plan.retired(work.session)))
    return list(errors(plan.faults(here.site.runtime.settings.flows, [flow], live, resting)))


def _page(here: Here, found: TheFlow, faults: Sequence[Finding] = ()) -> str:
    written = found.made.flow
    made = here.look(lambda work: plan.plans(work.session, [written]))[0] if written else None
    return here.page(
        "console/flows/publish.html",
        found=found, row=found.row, states=STATES, tab="publish", plan=made, faults=faults,
        asks=bool(faults) and not here.mistake,
    )  # fmt: skip
