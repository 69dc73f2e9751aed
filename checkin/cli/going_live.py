"""The last step of publishing: what changes is shown, somebody says yes, and it is done."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from rich.progress import Progress
from rich.text import Text

from checkin.cli.flow_folder import SHORT

if TYPE_CHECKING:
    from checkin.cli.context import CommandContext
    from checkin.publishing.plan import PublishingPlan
    from flows.model.flow import Flow


def make_live(
    ctx: CommandContext,
    made: Sequence[PublishingPlan],
    by: str | None,
    notes: Mapping[str, str],
    *,
    yes: bool,
    move: bool,
    talks: Mapping[str, str | None],
) -> None:
    """Show what changes, ask, publish, and move those who wait if that is wanted. talks: as for publishing."""
    from checkin.publishing import service as publishing
    from checkin.publishing.live_flows import LOOK_EVERY

    for plan in made:
        _tell(ctx, plan, move=move)
    if not yes:
        ask("Publish this?", "published")
    who = by or ctx.by
    seen = {plan.flow.name: plan.seen for plan in made}
    ctx.do(lambda uow: publishing.publish(uow, [plan.flow for plan in made], who, notes, seen, talks))
    names = ", ".join(plan.flow.name for plan in made)
    ctx.say(f"Published {names}: new conversations use it within {LOOK_EVERY.seconds} seconds.")
    for plan in made:
        if move and plan.waiting:
            moved = _moved(ctx, plan.flow, who)
            ctx.say(f"{'1 person goes' if moved == 1 else f'{moved} people go'} on with the new {plan.flow.name}.")


def ask(question: str, done: str) -> None:
    """Go on only if somebody says yes; raises UserError where nobody can be asked."""
    from checkin.core.errors import UserError

    if not sys.stdin.isatty():
        raise UserError(f"nobody is here to confirm: nothing was {done}; add --yes")
    if not typer.confirm(question):
        typer.echo(f"Nothing was {done}.")
        raise typer.Exit(1)


def _tell(ctx: CommandContext, plan: PublishingPlan, *, move: bool) -> None:
    before = plan.seen[:SHORT] if plan.seen else "nothing"
    ctx.console.print(Text.assemble(
        (plan.flow.name, "bold"), f"  {before} → ", (plan.flow.hash[:SHORT], "cyan"),
    ), highlight=False)  # fmt: skip
    for line in plan.lines():
        ctx.say(f"  {line}")
    if move:
        for line in plan.moving():
            ctx.say(f"  {line}")
    elif staying := plan.staying():
        ctx.say(f"  {staying}")
        if plan.movable:
            ctx.say(f"  {plan.movable} of them could move to the new version: add --move")


def _moved(ctx: CommandContext, flow: Flow, by: str) -> int:
    """Move whoever can be moved, a batch at a time; answers how many."""
    from checkin.publishing import moves

    with Progress(console=ctx.console, transient=True, disable=not ctx.console.is_terminal) as progress:
        task = progress.add_task("Moving people …", total=None)
        return moves.move_all(ctx.do, flow, by, lambda moved: progress.update(task, completed=moved))
