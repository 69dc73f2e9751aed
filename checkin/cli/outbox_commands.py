"""`checkin outbox`: what is still to be done, what is stuck or was given up, and trying it again."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, cast

import typer
from babel.dates import format_timedelta

from checkin.cli.context import LINE, Line, command_context, ours, show
from checkin.core.errors import UserError
from checkin.outbox import queries as outbox_queries
from checkin.outbox.queries import STUCK_AFTER, Todo, Which
from checkin.reconciliation import dead_letters

app = typer.Typer(no_args_is_help=True, help="What the workers have still to do, and what they could not.")

MOST = 50
STYLES = {"stuck": "yellow", "given up": "bold red"}


class Sort(Enum):
    """Which rows."""

    due = "due"
    stuck = "stuck"
    given_up = "given up"
    later = "later"


@app.command("list")
def list_all(
    which: Annotated[Sort | None, typer.Argument(help="due, stuck, 'given up' or later; else all but later.")] = None,
    line: Line = LINE,
) -> None:
    """Show what is due, what is stuck (its worker died), and what was given up, and why."""
    with command_context(line) as ctx:
        now = ctx.runtime.clock()
        sorts = [which.value] if which else ["given up", "stuck", "due"]
        found = [(sort, row) for sort in sorts for row in _rows(ctx.runtime.read, sort, now)]
        if not found:
            ctx.say(
                "Nothing is due or stuck, and nothing was given up." if which is None else f"Nothing is {which.value}."
            )
            return
        rows = [_row(sort, row, now) for sort, row in found]
        styles = [STYLES.get(sort, "") for sort, _ in found]
        show(ctx.console, ("row", "how", "what", "when", "tries", "why"), rows, styles)


@app.command()
def retry(
    row: Annotated[str, typer.Argument(metavar="ROW", help="The row that was given up, as the list shows it.")],
    line: Line = LINE,
) -> None:
    """Try again what was given up. What may have left is still asked about, never sent twice."""
    with command_context(line) as ctx:
        if not ctx.do(lambda uow: dead_letters.retry(uow, row, ctx.by)):
            raise UserError(f"no row {row} was given up: see {ours()} outbox list 'given up'")
        ctx.say(f"Row {row} is due again.")


def _rows(read: object, sort: str, now: datetime) -> list[Todo]:
    assert callable(read)
    found: list[Todo] = read(lambda session: outbox_queries.rows(session, cast("Which", sort), now, STUCK_AFTER, MOST))
    return found


def _row(sort: str, todo: Todo, now: datetime) -> list[str]:
    when = format_timedelta(todo.run_after - now, add_direction=True, granularity="second", locale="en")
    return [todo.id, sort, todo.kind, when, str(todo.attempts), todo.result]
