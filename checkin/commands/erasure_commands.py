"""`checkin erasures`: so that a backup that comes back knows again who asked us to forget them, and who said no."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from checkin.commands.desk import LINE, Line, at_the_desk
from checkin.services import erasures
from checkin.services.mistakes import Mistake

app = typer.Typer(no_args_is_help=True, help="Who was forgotten or said STOP, as hashes, for when a backup comes back.")

File = Annotated[Path, typer.Argument(metavar="FILE", help="Keep it apart from the database's own backups.")]


@app.command()
def save(file: File, line: Line = LINE) -> None:
    """Write the keyed hashes of everybody who was forgotten, or said no, to FILE. It holds no number."""
    with at_the_desk(line) as desk:
        found = desk.runtime.look(erasures.all_of)
        temporary = file.with_suffix(".new")
        try:
            temporary.write_text(erasures.written(found), encoding="utf-8")
            os.replace(temporary, file)
        except OSError as error:
            raise Mistake(f"{file} cannot be written ({error.strerror}): name another file") from error
        desk.say(f"{len(found.forgotten)} who were forgotten and {len(found.said)} last words are in {file}.")


@app.command()
def replay(file: File, line: Line = LINE) -> None:
    """After a backup was restored: forget again whom FILE names, write to nobody who said no. Twice does no harm."""
    with at_the_desk(line) as desk:
        try:
            kept = erasures.read(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Mistake(f"{file} cannot be read: name a file that `checkin erasures save` wrote") from error
        again, said = desk.do(lambda work: erasures.replay(work, kept))
        desk.say(f"{again} were forgotten again, and {said} last words hold again, of {len(kept)} in the file.")
