"""`checkin stories`: many at once, out of a folder or zip and into one, and the samples. Single ones: the console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from checkin.cli.context import LINE, CommandContext, Line, command_context, progress, with_hint
from checkin.cli.story_archive import exporting, files, importing
from checkin.cli.story_archive.manifest import COLUMNS, LISTS, NEEDED
from checkin.core.errors import UserError
from checkin.samples import library
from checkin.stories.samples import load_samples
from checkin.telephony.audio import AudioError, ConversionFailed

app = typer.Typer(no_args_is_help=True, help="The stories people can hear.")

LIST_HELP = f"{LISTS[0]} or {LISTS[1]}, with the columns {', '.join(NEEDED)} and file or words"


@app.command("import")
def take_in(
    archive: Annotated[Path, typer.Argument(metavar="FOLDER|ZIP", help=f"With the recordings and {LIST_HELP}.")],
    publish: Annotated[bool, typer.Option("--publish", help="All have been reviewed: publish them now.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="With --publish: even if they have phone numbers in them.")
    ] = False,
    line: Line = LINE,
) -> None:
    """Import many stories at once. Stories already imported are skipped, so fix what was wrong and run it again."""
    with stories_context(line) as ctx:
        holder = files.opened(archive)
        with progress(ctx.console) as bars:
            task = bars.add_task("Importing", total=None)
            taken = importing.take_in(
                ctx.runtime,
                line,
                holder,
                publish=publish,
                anyway=anyway,
                begins=lambda count: bars.update(task, total=count),
                each=lambda: bars.advance(task),
            )
        for wrong in taken.wrong:
            typer.echo(f"{wrong.where}: {wrong.why}", err=True)
        where = "published" if publish else "waiting for review"
        ctx.say(f"{taken.new} imported ({where}), {taken.here} already here, {len(taken.wrong)} left out.")
        if taken.gone:
            ctx.say(f"{taken.gone} stay gone: their storytellers withdrew them.")
        if taken.wrong:
            raise typer.Exit(1)


@app.command("export")
def pack(
    archive: Annotated[Path, typer.Argument(metavar="FOLDER|ZIP", help="A new zip, or a new or empty folder.")],
    line: Line = LINE,
) -> None:
    """Back up the published stories and tips, so you can import them again. The copy is NOT encrypted: keep it safe."""
    with stories_context(line) as ctx:
        with progress(ctx.console) as bars:
            task = bars.add_task("Exporting", total=None)
            count = exporting.pack(
                ctx.runtime,
                line,
                archive,
                begins=lambda count: bars.update(task, total=count),
                each=lambda: bars.advance(task),
            )
        ctx.say(f"{count} stories and tips are in {escape(str(archive))}, readable only by you and not encrypted.")


@app.command()
def columns() -> None:
    """Show the columns of the list you import."""
    width = max(map(len, COLUMNS))
    for name, what in COLUMNS.items():
        typer.echo(f"{name:<{width}}  {what}{' (needed)' if name in NEEDED else ''}")


@app.command()
def samples(line: Line = LINE) -> None:
    """Load the sample stories. Safe to run again; samples you withdrew stay gone."""
    with stories_context(line) as ctx:
        with progress(ctx.console) as bars:
            task = bars.add_task("Loading samples", total=len(library.stories()))
            new = load_samples(ctx.runtime, line, lambda _: bars.advance(task))
        ctx.say(f"{new} sample stories and tips added." if new else "All samples are already here.")


@contextmanager
def stories_context(line: str) -> Iterator[CommandContext]:
    """The line, opened and let go of; what can be put right is one line on standard error, and exit code 2."""
    with command_context(line) as ctx:
        try:
            yield ctx
        except (UserError, AudioError, ConversionFailed) as error:
            typer.echo(with_hint(error), err=True)
            raise typer.Exit(2) from error
