"""`checkin outbox`: what is still to be done, what is stuck or failed, and retrying it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated

import typer
from babel.dates import format_timedelta

from checkin.cli.context import LINE, Line, command_context, ours, show
from checkin.core.errors import UserError
from checkin.outbox import queries
from checkin.outbox.queries import STUCK_AFTER, Todo, Which
from checkin.reconciliation import dead_letters

app = typer.Typer(no_args_is_help=True, help="Jobs that are due, stuck or failed.")

MOST = 50
STYLES = {"stuck": "yellow", "failed": "bold red"}


@app.command("list")
def list_all(
    which: Annotated[
        Which | None, typer.Argument(help="due, stuck, failed or later; without it, all but later.")
    ] = None,
    line: Line = LINE,
) -> None:
    """Show jobs that are due, stuck (their worker stopped) or failed, and why."""
    with command_context(line) as ctx:
        now = ctx.runtime.clock()
        sorts: list[Which] = [which] if which else ["failed", "stuck", "due"]
        found = [
            (sort, row)
            for sort in sorts
            for row in ctx.runtime.read(partial(queries.rows, which=sort, now=now, stuck_after=STUCK_AFTER, limit=MOST))
        ]
        if not found:
            ctx.say("Nothing is due, stuck or failed." if which is None else f"Nothing is {which}.")
            return
        rows = [_row(sort, row, now) for sort, row in found]
        styles = [STYLES.get(sort, "") for sort, _ in found]
        show(ctx.console, ("row", "how", "what", "when", "tries", "why"), rows, styles)


@app.command()
def retry(
    row: Annotated[str, typer.Argument(metavar="ROW", help="The failed job, as the list shows it.")],
    line: Line = LINE,
) -> None:
    """Retry a failed job. If a text may have been sent, the network is asked first; it's never sent twice."""
    with command_context(line) as ctx:
        if not ctx.do(lambda uow: dead_letters.retry(uow, row, ctx.by)):
            raise UserError(f"there's no failed job {row}: see {ours()} outbox list failed")
        ctx.say(f"Job {row} is due again.")


def _row(sort: str, todo: Todo, now: datetime) -> list[str]:
    when = format_timedelta(todo.run_after - now, add_direction=True, granularity="second", locale="en")
    return [todo.id, sort, todo.kind, when, str(todo.attempts), todo.result]
