"""The table of faults: `python -m tests.faults [--quick] [--only WORDS] [--save docs/faults.md]`."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.catalogue import FAULTS, Fault
from tests.faults.running import Row, on, run

DATABASES = ("sqlite", "postgresql")
COLUMNS = ("fault", "database", "due", "sent once", "not sent, with reason", "twice", "lost", "to STOP", "outside", "s")
NIGHT = re.compile(r"it is \d\d:\d\d in [\w/]+, texts")
PEOPLE = 18
QUICK_PEOPLE = 12


def main(
    quick: Annotated[bool, typer.Option(help="Only a few faults, and fewer people.")] = False,
    only: Annotated[str, typer.Option(help="Only faults whose name has these words.")] = "",
    database: Annotated[str, typer.Option(help="sqlite, postgresql or both.")] = "both",
    save: Annotated[Path | None, typer.Option(help="Write the table to this Markdown file, between its marks.")] = None,
) -> None:
    """Have everything go wrong with real processes, and count what people got. Exit code 1: a promise was broken."""
    console = Console()
    faults = [fault for fault in FAULTS if only in fault.name and (fault.quick or not quick)]
    databases = DATABASES if database == "both" else (database,)
    rows: list[Row] = []
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("faults", total=len(faults) * len(databases))
        for one in databases:
            rows += _on(one, faults, QUICK_PEOPLE if quick else PEOPLE, console, bars, task)
    console.print(_table(rows))
    if save is not None:
        _save(save, rows)
    raise typer.Exit(0 if all(row.kept for row in rows) else 1)


def _on(database: str, faults: list[Fault], many: int, console: Console, bars: Progress, task: object) -> list[Row]:
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    rows = []
    try:
        with on(database, folder) as lab:
            for fault in faults:
                bars.update(task, description=f"{database}: {fault.name}")  # type: ignore[arg-type]
                row = run(lab, fault, many, database)
                rows.append(row)
                bars.advance(task)  # type: ignore[arg-type]
                if not console.is_terminal:
                    print("\t".join([*_cells(row), row.trouble, str(dict(row.outcome.reasons))]), flush=True)
                if not row.kept:
                    kept = folder.with_suffix(f".{len(rows)}.log")
                    kept.write_text(lab.logs())
                    console.print(f"[red]{fault.name} on {database}: a promise was broken; the logs are in {kept}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _cells(row: Row) -> list[str]:
    came = row.outcome
    counts = (came.due, came.once, came.reasoned, came.twice, came.lost, came.to_left, came.outside)
    return [row.fault, row.database, *(str(count) for count in counts), f"{row.seconds:.0f}"]


def _table(rows: list[Row]) -> Table:
    table = Table(title="What people got when it went wrong", header_style="bold cyan")
    for column in COLUMNS:
        table.add_column(column, justify="left" if column in COLUMNS[:2] else "right")
    for row in rows:
        table.add_row(*_cells(row), style="" if row.kept else "bold red")
    return table


def _save(path: Path, rows: list[Row]) -> None:
    """Put the table, and the reasons, between the marks of the file."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|---|---|{'---:|' * (len(COLUMNS) - 2)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in rows]
    reasons: Counter[str] = Counter()
    for row in rows:
        for why, count in row.outcome.reasons.items():
            reasons[NIGHT.sub("it is night where they are, texts", why)] += count
    lines += ["", "Why somebody got nothing, in all runs together:", ""]
    lines += [f"- {count}: {why}" for why, count in reasons.most_common()]
    words = path.read_text()
    before, begin, rest = words.partition("<!-- table -->\n")
    _, end, after = rest.partition("<!-- end of table -->")
    path.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n\n{end}{after}")


if __name__ == "__main__":
    typer.run(main)
