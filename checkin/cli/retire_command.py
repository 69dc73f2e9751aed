"""`checkin flows retire`: no conversation begins with a flow any more."""

from __future__ import annotations

from typing import Annotated

import typer

from checkin.cli.flow_folder import stop_at
from checkin.cli.publish_commands import By, Yes


def retire(
    flow: Annotated[str, typer.Argument(help="The flow, by its name.")],
    by: By = None,
    yes: Yes = False,
) -> None:
    """Take a flow out of use: none begins with it; whoever is in it goes on. `flows rollback` brings it back."""
    from checkin.cli.context import LINE, command_context, ours
    from checkin.cli.going_live import ask
    from checkin.core.errors import UserError
    from checkin.publishing import definitions, flow_counts
    from checkin.publishing import service as publishing
    from checkin.publishing.plan import live_flows, retired, together
    from flows.model.findings import errors

    with command_context(LINE) as ctx:
        seen = ctx.runtime.read(definitions.live).get(flow)
        if seen is None:
            known = ", ".join(sorted(ctx.runtime.read(definitions.live)))
            raise UserError(f"{flow!r} is not live: there is {known}")
        live = ctx.runtime.read(live_flows)
        folder = ctx.runtime.settings.flows
        library, found = together(folder, [], live, {flow, *ctx.runtime.read(retired)})
        if library is None:
            stop_at(errors(found), folder, nothing=f"something leads to {flow}, so nothing was retired")
        people = sum(item.people for item in ctx.runtime.read(lambda session: flow_counts.waiting(session, flow)))
        planned = ctx.runtime.read(lambda session: flow_counts.planned(session, flow))
        ctx.say(f"Nothing leads to {flow} any more. In the middle of it: {people}, who go on with it.")
        if planned:
            ctx.say(f"Planned follow-ups with it: {planned}; they will not be sent.")
        if not yes:
            ask(f"Retire {flow}?", "retired")
        ctx.do(lambda uow: publishing.retire(uow, flow, by or ctx.by, seen.hash))
        ctx.say(f"Retired {flow}. {ours()} flows rollback {flow} brings it back; its file you may take away.")
