"""Everything that the README says of speed, in one run: a row for each.

    .venv/bin/python -m tests.bench [GROUP ...] [--rounds 5]

A group of rows is a module of GROUPS; give its name to run it alone.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bench import answers, memory, start
from tests.bench.rows import Group, Row

GROUPS: dict[str, Group] = {"answers": answers, "start": start, "memory": memory}


def main(groups: Annotated[list[str] | None, typer.Argument()] = None, rounds: int = 5) -> None:
    """Measure and print."""
    unknown = sorted({*(groups or ())} - {*GROUPS})
    if unknown:
        raise SystemExit(f"no such group: {', '.join(unknown)}. There are: {', '.join(GROUPS)}")
    console = Console()
    for name in groups or GROUPS:
        console.print(_table(GROUPS[name], rounds))


def _table(group: Group, rounds: int) -> Table:
    table = Table(title=f"{group.TITLE} (medians of {rounds} rounds)")
    for column in ("", "ours", "floor", "ratio", "of each round", "aim", "doubts"):
        table.add_column(column, justify="right" if column else "left")
    for row in group.measure(rounds):
        table.add_row(*_cells(row))
    return table


def _cells(row: Row) -> list[str]:
    return [row.what, row.ours, row.floor, row.ratio, row.rounds, row.aim, "; ".join(row.doubts)]


if __name__ == "__main__":
    typer.run(main)
