"""`checkin move-in` and `checkin move-out`: tables from other systems, and for them. Small ones: the console."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from checkin.cli.context import LINE, CommandContext, Line, command_context, progress, show, with_hint
from checkin.compliance.models import MoveIn
from checkin.core.errors import UserError
from checkin.moving import moving_in, moving_out, undoing
from checkin.moving.moving_in import ReadTable, ReportRow
from checkin.moving.rules.kinds import KINDS
from checkin.stories import queries as stories
from checkin.web import csv_export

Kind = Annotated[str, typer.Option("--kind", help=f"What it holds: {', '.join(KINDS)}.")]


def move_in(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A CSV file.")] = None,
    kind: Kind = "",
    called: Annotated[str, typer.Option("--from", help="Where it's from, like 'Spoke, spring 2026'.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write what came of each row here (CSV).")] = None,
    undo: Annotated[str, typer.Option(metavar="ID", help="Undo this import; its id was printed.")] = "",
    line: Line = LINE,
) -> None:
    """Import people, shifts or stories from a CSV file. Nobody is texted; importing it twice changes nothing."""
    with command_context(line) as ctx:
        if undo:
            _undo(ctx, undo)
            return
        if file is None:
            raise UserError("name the file: move-in FILE --kind contacts --from 'Spoke, spring 2026'")
        table = moving_in.read(kind, _text(file), moving_in.FROM_A_TERMINAL)
        if table.unread:
            ctx.say(f"Nothing is taken from these columns: {', '.join(table.unread)}.")
        found = _look(ctx, table, called or "a file") if dry_run else _import(ctx, table, called)
        _tell(ctx, found, report)
        if any(row.what == "wrong" for row in found):
            raise typer.Exit(1)


def move_out(
    kind: Kind = "",
    to: Annotated[Path | None, typer.Option(help="The file to write; without it, KIND.csv.")] = None,
    line: Line = LINE,
) -> None:
    """Export a table in the columns that move-in reads. It has phone numbers and is NOT encrypted."""
    with command_context(line) as ctx:
        if kind not in KINDS:
            raise UserError(f"say what to export with --kind: {', '.join(KINDS)}")
        headers, rows = ctx.do(lambda uow: moving_out.table(uow, kind, line, ctx.by))
        file = to or Path(f"{kind}.csv")
        _write(file, csv_export.written(headers, rows))
        ctx.say(f"{len(rows)} rows are in {file}, readable only by you and not encrypted.")
        if kind == "stories":
            heard = len(ctx.runtime.read(lambda session: stories.published(session, line)))
            if heard > len(rows):
                ctx.say(f"{heard - len(rows)} stories have no words: `checkin stories export` takes recordings, too.")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > moving_in.BYTES_FROM_A_TERMINAL:
            raise UserError(f"{file.name} is larger than 50 MB: split it and import the parts")
        content = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} can't be read ({error.strerror}): check its name") from error
    if content.startswith(b"PK\x03\x04") and file.suffix == ".zip":
        raise UserError("that's a zip: `checkin stories import` takes stories with their recordings")
    return moving_in.text_in(content, moving_in.BYTES_FROM_A_TERMINAL)


def _look(ctx: CommandContext, table: ReadTable, called: str) -> list[ReportRow]:
    nothing = MoveIn(id="0" * 32, line=ctx.line, called=called)
    run = ctx.runtime.look(lambda uow: moving_in.run_of(uow, nothing, ctx.by, table))
    ctx.say("Only looking: nothing is imported.")
    return moving_in.look(ctx.runtime, run, table, with_hint)


def _import(ctx: CommandContext, table: ReadTable, called: str) -> list[ReportRow]:
    begun = ctx.do(lambda uow: moving_in.begin(uow, ctx.line, table.kind, called, ctx.by, None).id)
    run = ctx.runtime.look(lambda uow: moving_in.run_of(uow, uow.session.get_one(MoveIn, begun), ctx.by, table))
    with progress(ctx.console) as bars:
        task = bars.add_task("Importing", total=len(table.rows))
        found = moving_in.carry_out(ctx.runtime, run, table, with_hint, lambda done: bars.advance(task, done))
    ctx.say(f"Imported as {begun}. Undo it within {moving_in.UNDONE_WITHIN.days} days: checkin move-in --undo {begun}")
    return found


def _undo(ctx: CommandContext, move_in_id: str) -> None:
    there = ctx.runtime.read(lambda session: session.get(MoveIn, move_in_id))
    if there is None or there.line != ctx.line:
        raise UserError("there's no import with this id on this line")
    undone = undoing.undo(ctx.runtime, move_in_id, ctx.by)
    ctx.say(f"{undone.gone} removed, {undone.kept} kept: used since, or a STOP or a block.")


def _tell(ctx: CommandContext, found: list[ReportRow], report: Path | None) -> None:
    columns = ("row", "result", "who or what", "what to know")
    rows = [(row.number, row.what, row.who, row.note) for row in found]
    if report is not None:
        _write(report, csv_export.written(columns, rows))
        ctx.say(f"What came of each row is in {report}.")
    else:
        show(ctx.console, columns, [[str(row.number), row.what, row.who, row.note] for row in found if row.note])
    counts = moving_in.counted(found)
    ctx.say(
        f"{counts['added']} added, {counts['changed']} changed, {counts['here']} already here, "
        f"{counts['wrong']} left out."
    )


def _write(file: Path, text: str) -> None:
    try:
        file.touch(mode=0o600)
        file.chmod(0o600)
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{file} can't be written ({error.strerror}): name another file") from error
