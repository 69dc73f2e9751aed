"""`checkin reconcile`: bring in what the network's log has and ours has not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer
from rich.progress import Progress

from checkin.cli.context import LINE, CommandContext, Line, command_context, progress, show
from checkin.core.errors import UserError
from checkin.reconciliation import jobs, runs
from checkin.telephony.port import GatewayError
from flows.model.durations import parse_duration

One = TypeVar("One")


def reconcile(
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help='How far back: "2h", "3d", "2026-11-23 18:00". Without it, since the last time.'
        ),
    ] = None,
    line: Line = LINE,
) -> None:
    """Import texts and calls that the network has and we missed; each is answered once."""
    with command_context(line) as ctx:
        start = _start(ctx, since)
        try:
            with progress(ctx.console) as bars:
                counted = jobs.compare(ctx.runtime, start, _Bars(bars))
        except GatewayError as error:
            raise UserError(
                f"the network's log can't be read: {error}. What was imported stays; run it again"
            ) from error
        if not counted:
            ctx.say(f"Nothing is missing since {start:%Y-%m-%d %H:%M} UTC.")
            return
        show(ctx.console, ("what", "count"), [(what, str(count)) for what, count in sorted(counted.items())])


class _Bars:
    """A bar for each kind of thing that is brought in."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars

    def __call__(self, found: Sequence[One], what: str) -> Iterable[One]:
        return self._bars.track(found, total=len(found), description=what)


def _start(ctx: CommandContext, since: str | None) -> datetime:
    if since is None:
        return ctx.do(runs.since)
    now = ctx.runtime.clock()
    try:
        back: timedelta = parse_duration(since)
    except ValueError:
        start = ctx.moment(since)
    else:
        start = now - back
    if start > now:
        raise UserError(f"--since {since} is in the future: enter a time in the past, or how far back, like 2h")
    if start < now - runs.FARTHEST:
        raise UserError(f"--since {since} is too far back: at most {runs.FARTHEST.days} days")
    return start
