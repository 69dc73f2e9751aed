"""`checkin doctor`: one table of checks, each green, amber or red with what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from checkin.assembly import build
from checkin.cli.context import LINE, Line, ours, show, with_hint
from checkin.core.encryption import CannotDecrypt
from checkin.core.errors import UserError
from checkin.core.settings import Settings, SettingsError, environment
from checkin.doctor import service
from checkin.doctor.findings import DoctorFinding, worst
from checkin.web.reads.schedule import coming_week
from flows.model.findings import FlowError

STYLES = {"green": "green", "amber": "yellow", "red": "bold red"}
MARKS = {"green": "✓", "amber": "!", "red": "✗"}
CODES = {"green": 0, "amber": 0, "red": 1}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit code 1 for amber, too.")] = False,
    line: Line = LINE,
) -> None:
    """Check the account, the number, the way here from outside, this machine and the team.

    Exit code 1 when one of them is red.
    """
    console = Console()
    try:
        findings = _examine(console, line, quiet=as_json)
    except (SettingsError, UserError, FlowError, CannotDecrypt) as error:
        findings = [
            DoctorFinding("start", "Start", "red", f"The line can't start: {with_hint(error)}", "Correct that.")
        ]
    color = worst(findings)
    if as_json:
        print(json.dumps({"status": color, "checks": [finding.as_json() for finding in findings]}, indent=1))
    else:
        _tell(console, findings)
    sys.stdout.flush()
    raise typer.Exit(1 if strict and color != "green" else CODES[color])


def _examine(console: Console, line: str, *, quiet: bool) -> list[DoctorFinding]:
    runtime = build(Settings.from_env(environment()))
    try:
        if quiet or not console.is_terminal:
            findings = service.examine(runtime, coming_week, line)
        else:
            with console.status("Asking the network, our own address, the database …"):
                findings = service.examine(runtime, coming_week, line)
        with suppress(SQLAlchemyError):  # a database that is down is a finding already
            runtime.do(lambda uow: service.keep(uow, findings))
    finally:
        runtime.close()
    return findings


def _as_typed(todo: str) -> str:
    """What to do, with our command as it is typed here."""
    return todo.replace("Run: checkin ", f"Run: {ours()} ")


def _tell(console: Console, findings: Sequence[DoctorFinding]) -> None:
    """A table in a terminal; in a pipe lines with tabs between."""
    if not console.is_terminal:
        rows = [(finding.color, finding.title, finding.said, _as_typed(finding.todo)) for finding in findings]
        show(console, ("color", "check", "how it is", "what to do"), rows)
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for finding in findings:
        style = STYLES[finding.color]
        words = Text(finding.said)
        if finding.todo:
            words.append(f"\n{_as_typed(finding.todo)}", style="cyan")
        table.add_row(Text(MARKS[finding.color], style=style), Text(finding.title, style=style), words)
    console.print(table)
    counts = {color: sum(finding.color == color for finding in findings) for color in STYLES}
    console.print(Text.assemble(*((f"{count} {color}   ", STYLES[color]) for color, count in counts.items() if count)))
