"""`checkin erasures`: so that a backup that comes back knows again who asked us to forget them, and who said no."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from checkin.cli.context import LINE, Line, command_context, ours
from checkin.compliance import erasures
from checkin.core.errors import UserError

app = typer.Typer(
    no_args_is_help=True,
    help="Deletions, STOPs and keys, to apply again after restoring a backup.",
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="Keep it apart from the database's own backups.")]


@app.command()
def save(file: File, line: Line = LINE) -> None:
    """Save deletions and STOPs, as keyed hashes, and everyone else's keys, to FILE (which is replaced).

    These keys decrypt a backup. Keep only the newest file: older ones have keys that FORGET destroyed.
    """
    with command_context(line) as ctx:
        found = ctx.runtime.look(erasures.all_of)
        temporary = file.with_suffix(".new")
        try:
            temporary.unlink(missing_ok=True)
            with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
                written.write(erasures.written(found))
            os.replace(temporary, file)
        except OSError as error:
            raise UserError(f"{file} can't be written ({error.strerror}): name another file") from error
        ctx.say(
            f"{len(found.forgotten)} deletions and {len(found.said)} STOPs and STARTs are in {file},"
            f" with {len(found.keys)} keys."
        )


@app.command()
def replay(file: File, line: Line = LINE) -> None:
    """After restoring a backup: delete again everyone in FILE, and restore their STOPs. Safe to run twice."""
    with command_context(line) as ctx:
        try:
            kept = erasures.read(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file} can't be read: name a file that `{ours()} erasures save` wrote") from error
        again, said = ctx.do(lambda uow: erasures.replay(uow, kept))
        ctx.say(f"{again} deleted again, and {said} STOPs and STARTs restored, of {len(kept)} in the file.")
