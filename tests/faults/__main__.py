"""The table of faults: `python -m tests.faults [--quick] [--only WORDS] [--save docs/faults.md]`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from checkin.assembly import practice_clock
from tests.faults.catalogue import FAULTS, Fault
from tests.faults.running import Row, on, run
from tests.faults.saved import COUNTS, Line, save_rows

DATABASES = ("sqlite", "postgresql")
PEOPLE = 18
QUICK_PEOPLE = 12


def main(
    quick: Annotated[bool, typer.Option(help="Only a few faults, and fewer people.")] = False,
    only: Annotated[str, typer.Option(help="Only faults whose name has these words.")] = "",
    database: Annotated[str, typer.Option(help="sqlite, postgresql or both.")] = "both",
    save: Annotated[Path | None, typer.Option(help="Put each row into the table of this Markdown file.")] = None,
) -> None:
    """Have everything go wrong with real processes, and count what people got. Exit code 1: a promise was broken."""
    console = Console()
    faults = [fault for fault in FAULTS if only in fault.name and (fault.quick or not quick)]
    databases = DATABASES if database == "both" else (database,)
    rows: list[Row] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("faults", total=len(faults) * len(databases))
        for found in databases:
            for row in _on(found, faults, QUICK_PEOPLE if quick else PEOPLE, console, bars, task):
                rows.append(row)
                if save is not None:  # after each, so that a run that is broken off was not for nothing
                    save_rows(save, [row], [fault.name for fault in FAULTS], DATABASES, _today())
    console.print(_table(rows))
    raise typer.Exit(0 if all(row.kept for row in rows) else 1)


def _on(database: str, faults: list[Fault], many: int, console: Console, bars: Progress, task: object) -> Iterator[Row]:
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with on(database, folder) as lab:
            for fault in faults:
                bars.update(task, description=f"{database}: {fault.name}")  # type: ignore[arg-type]
                row = run(lab, fault, many, database)
                bars.advance(task)  # type: ignore[arg-type]
                if not console.is_terminal:
                    print("\t".join([*_cells(row), row.trouble, str(dict(row.outcome.reasons))]), flush=True)
                if not row.kept:
                    kept = folder.with_suffix(f".{fault.name.replace(' ', '-')}.log")
                    kept.write_text(lab.logs())
                    console.print(f"[red]{fault.name} on {database}: a promise was broken; the logs are in {kept}")
                yield row
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cells(row: Row) -> list[str]:
    line = Line.of(row, _today())
    return [line.fault, line.database, *line.counts]


def _today() -> date:
    return practice_clock(None)().date()


def _table(rows: list[Row]) -> Table:
    table = Table(title="What people got when it went wrong", header_style="bold cyan")
    for column in ("fault", "database", *COUNTS):
        table.add_column(column, justify="right" if column in COUNTS else "left")
    for row in rows:
        table.add_row(*_cells(row), style="" if row.kept else "bold red")
    return table


if __name__ == "__main__":
    typer.run(main)
