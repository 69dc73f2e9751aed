"""The folder of the flows that a command is about, and how findings in it are shown."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.model.findings import Finding, worst_first

COLORS = {"error": "bold red", "warning": "yellow", "info": "cyan"}

SHORT = 12
"""How many characters of a hash are shown."""

Folder = Annotated[
    Path | None,
    typer.Argument(help="The flows folder; without it, CHECKIN_FLOWS or the built-in flows."),
]


def folder_of(path: Path | None) -> Path:
    """The folder that is meant. A file in it means its folder."""
    from checkin.core.settings import environment

    found = path or Path(environment().get("CHECKIN_FLOWS") or Path(__file__).parents[2] / "flows" / "definitions")
    return found.parent if found.is_file() else found


def show(
    console: Console, findings: list[Finding], folder: Path, *, summary: bool = True, grouped: bool = False
) -> None:
    """Findings, the worst first, as `file:line:column CODE severity text`, and below each what to do.

    grouped: conversations that fail alike are told once, with the places of the others below.
    """
    from flows.transcripts.coverage import FAILED, by_cause

    alike = by_cause(finding for finding in findings if finding.code == FAILED) if grouped else []
    also = {cause.places[0]: cause.places[1:] for cause in alike}
    rest = [finding for finding in findings if not grouped or finding.code != FAILED]
    for finding in worst_first([*also, *rest]):
        place = f"{_where(folder, finding.file)}:{finding.line}:{finding.column}"
        color = COLORS[finding.severity]
        console.print(Text.assemble(
            (place, "bold"), " ", (finding.code, color), " ", (finding.severity, color), " ", finding.text,
        ), highlight=False)  # fmt: skip
        for other in also.get(finding, ()):
            console.print(Text(f"    also {_where(folder, other.file)}:{other.line}", "dim"))
        if finding.hint:
            console.print(Text(f"    {finding.hint}", "dim"))
    if summary:
        counted = Counter(finding.severity for finding in findings)
        if not counted["error"] and not counted["warning"]:
            console.print(Text("No mistakes found.", "green"))
        else:
            told = (f"{counted[kind]} {kind}{'' if counted[kind] == 1 else 's'}" for kind in ("error", "warning"))
            console.print(Text(", ".join(told), "bold"))


def stop_at(faults: Sequence[Finding], folder: Path, *, nothing: str = "nothing was published") -> None:
    """Errors end the command before anything was changed."""
    if faults:
        console = Console(soft_wrap=True)
        show(console, list(faults), folder, summary=False)
        count = "1 error" if len(faults) == 1 else f"{len(faults)} errors"
        console.print(Text(f"{count}: {nothing}.", "bold red"))
        raise typer.Exit(1)


def _where(folder: Path, file: str) -> str:
    """The file as it can be opened from here."""
    whole = folder / file
    return os.path.relpath(whole) if whole.exists() else file
