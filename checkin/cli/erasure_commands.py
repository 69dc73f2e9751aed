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
    help="Who was forgotten, who said STOP, and the keys of others, for a restored backup.",
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="Keep it apart from the database's own backups.")]


@app.command()
def save(file: File, line: Line = LINE) -> None:
    """Write who was forgotten or said no, as keyed hashes, and the keys of all others, to FILE instead of what it held.

    A backup is opened with these keys. Keep the newest file alone: an older one has keys that FORGET destroyed.
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
            raise UserError(f"{file} cannot be written ({error.strerror}): name another file") from error
        ctx.say(
            f"{len(found.forgotten)} who were forgotten and {len(found.said)} last words are in {file},"
            f" with {len(found.keys)} keys."
        )


@app.command()
def replay(file: File, line: Line = LINE) -> None:
    """After a backup was restored: forget again whom FILE names, write to nobody who said no. Twice does no harm."""
    with command_context(line) as ctx:
        try:
            kept = erasures.read(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{file} cannot be read: name a file that `{ours()} erasures save` wrote") from error
        again, said = ctx.do(lambda uow: erasures.replay(uow, kept))
        ctx.say(f"{again} were forgotten again, and {said} last words hold again, of {len(kept)} in the file.")
