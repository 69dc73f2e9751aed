"""`checkin retention`: end what is past its time, as the privacy page promises."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Annotated

import typer

from checkin.cli.context import LINE, CommandContext, Line, command_context, progress, show
from checkin.compliance.retention import expiry
from checkin.compliance.rules import ENDS

HOW = {"delete": "deleted", "blank": "blanked"}


def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be deleted.")] = False,
    line: Line = LINE,
) -> None:
    """Delete expired data, here and at the network. The line does this by itself every hour."""
    with command_context(line) as ctx:
        waiting = {name: ctx.do(partial(expiry.waiting, name=name)) for name in expiry.tables()}
        found = {name: count for name, count in waiting.items() if count}
        if not found:
            ctx.say("Nothing has expired.")
            return
        if not dry_run:
            _end(ctx, found)
        rows = [(name, str(count), HOW[ENDS[name].how], ENDS[name].why) for name, count in found.items()]
        show(ctx.console, ("table", "rows", "would be" if dry_run else "are", "what"), rows)


def _end(ctx: CommandContext, found: dict[str, int]) -> None:
    ended: Counter[str] = Counter()
    with progress(ctx.console) as bars:
        for name, count in found.items():
            task = bars.add_task(name, total=count)
            while ended[name] < count:
                some = ctx.do(partial(expiry.end_some, name=name))
                ended[name] += some
                bars.update(task, advance=some)
                if some < expiry.SOME:
                    break
    ctx.do(lambda uow: expiry.note(uow, ended))
