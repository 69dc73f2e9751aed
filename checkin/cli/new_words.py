"""`checkin flows test --accept`: new words of the line, put into the test conversations that fail by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from flows.library import Library
    from flows.transcripts.files import Placed
    from flows.transcripts.runner import Result


def take_new_words(
    console: Console,
    folder: Path,
    library: Library,
    played: Sequence[tuple[Placed, Result]],
    before: Path | None,
) -> list[tuple[Placed, Result]]:
    """Write the new words into the files, show each difference once, and answer how all of them go now.

    before: a folder with the flows as they were; None: what is live. Without either nothing is taken over: whether a
    conversation went another way can't be told from its words.
    """
    from flows.transcripts.coverage import play
    from flows.transcripts.files import read_transcripts, texts_of
    from flows.transcripts.rewording import reword

    failed = [(placed, result) for placed, result in played if not result.passed]
    if not failed:
        return list(played)
    made = reword(_before(folder, before), library, texts_of(folder), failed)
    for change in made.changes:
        count = len(change.conversations)
        console.print(Text(f"- {change.before}", "red"), soft_wrap=True)
        console.print(Text(f"+ {change.after}", "green"), soft_wrap=True)
        console.print(Text(f"  in {count} conversation{'' if count == 1 else 's'}", "dim"))
    for file, text in made.texts.items():
        (folder / file).write_text(text, encoding="utf-8")
    count = len(made.taken)
    console.print(Text(f"{count} conversation{' has' if count == 1 else 's have'} the new words.", "bold"))
    names = {(placed.file, placed.transcript.name) for placed, _ in played}
    again = [placed for placed in read_transcripts(folder)[0] if (placed.file, placed.transcript.name) in names]
    return list(play(library, again))


def _before(folder: Path, before: Path | None) -> Library:
    """The flows that the new ones are compared with. Raises typer.BadParameter when there are none."""
    from flows.loading import load, read

    if before is not None:
        return load(before)
    from checkin.cli.context import LINE, command_context
    from checkin.publishing.plan import live_flows, retired

    with command_context(LINE) as ctx:
        live, resting = ctx.runtime.read(live_flows), ctx.runtime.read(retired)
    if not live:
        raise typer.BadParameter("nothing is live here yet: name a folder with the flows as they were with --before")
    library, _ = read(folder, instead=live.values(), without=resting)
    if library is None:
        raise typer.BadParameter(
            "what is live doesn't fit these files: name a folder with the flows as they were with --before"
        )
    return library
