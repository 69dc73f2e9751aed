"""`checkin inbox`: what contacts left for a person of the team: read it, hear it, claim it, close it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from babel.dates import format_timedelta

from checkin.commands.desk import LINE, Line, at_the_desk, facts, ours, save_sound, show
from checkin.core.errors import UserError
from checkin.models.conversations import Recording
from checkin.queries import inbox as rows
from checkin.queries.inbox import Waiting
from checkin.services.casework import case_pictures, inbox
from checkin.work import Work

app = typer.Typer(no_args_is_help=True, help="Messages and requests that wait for a person of the team.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the case, as the list shows it.")]

UNHEARD = {
    "expected": "it is not fetched from the network yet: look again in a minute (is the worker running?)",
    "ready": "it is not fetched from the network yet: look again in a minute (is the worker running?)",
    "lost": "nothing that can be heard came from the network",
    "destroyed": "it was destroyed",
}
"""Why a recording cannot be heard, by its state."""


@app.command("list")
def list_all(
    every: Annotated[bool, typer.Option("--all", help="Also what is closed.")] = False, line: Line = LINE
) -> None:
    """Show what waits: the open before the claimed, the urgent first, then the oldest."""
    with at_the_desk(line) as desk:
        found = desk.runtime.read(lambda session: rows.inbox(session, line, closed=every))
        if not found:
            desk.say("Nothing waits in the inbox.")
            return
        now = desk.runtime.clock()
        columns = ("number", "kind", "priority", "alias", "age", "state", "reason")
        show(desk.console, columns, [_row(one, now) for one in found], [_style(one) for one in found])


@app.command("show")
def show_one(
    number: Number,
    audio: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the recording to FILE, an MP3.")] = None,
    folder: Annotated[
        Path | None, typer.Option("--pictures", metavar="FOLDER", help="Write the pictures there, as JPEG.")
    ] = None,
    line: Line = LINE,
) -> None:
    """Show one case with what was left; a recording or pictures are written to files, to be heard and seen."""
    with at_the_desk(line) as desk:
        now = desk.runtime.clock()

        def read(work: Work) -> tuple[list[tuple[str, str]], str, Recording | None, list[str]]:
            found = inbox.find(work, line, number)
            case = found.case
            about = [
                ("case", f"{case.number}"),
                ("kind", case.kind),
                ("priority", case.priority),
                ("from", found.alias),
                ("age", _age(case.created_at, now)),
                ("state", case.state),
                ("claimed by", inbox.holder_of(work, case)),
                ("for", case.inbox),
                ("reason", case.reason),
            ]
            shown = case_pictures.of_case(work, case)
            if shown:
                about.append(("pictures", f"{len(shown)}; --pictures FOLDER writes them to files"))
            return [row for row in about if row[1]], inbox.words(work, case), found.recording, shown

        about, words, recording, shown = desk.do(read)
        facts(desk.console, [*about, *_of(recording)])
        if words:
            desk.say(f"\n{words}")
        elif recording is None:
            desk.say("\nNo words are kept with it.")
        if folder is not None:
            for place, picture in enumerate(shown, start=1):
                save_sound(desk.runtime, picture, folder / f"case-{number}-{place}.jpg")
            desk.say(f"{len(shown)} pictures are in {folder}. Delete the files when you have seen them.")
        if audio is not None:
            if recording is None:
                raise UserError(f"case {number} has no recording")
            if recording.media_key is None or recording.state != "kept":
                raise UserError(f"case {number} has a recording, but {UNHEARD.get(recording.state, 'it is gone')}")
            save_sound(desk.runtime, recording.media_key, audio)
            desk.say(f"The recording is in {audio}. Delete the file when you have heard it.")


@app.command()
def claim(
    number: Number,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who takes it up: a volunteer, or your own name.")],
    line: Line = LINE,
) -> None:
    """Take a case up, so that nobody else does, too."""
    with at_the_desk(line) as desk:
        name = desk.do(lambda work: inbox.claim(work, line, number, by, desk.by))
        desk.say(f"{name} has case {number}. When it is done: {ours()} inbox close {number}")


@app.command()
def close(number: Number, line: Line = LINE) -> None:
    """Close a case: nothing is left to do about it."""
    with at_the_desk(line) as desk:
        desk.do(lambda work: inbox.close(work, line, number, desk.by))
        desk.say(f"Case {number} is closed.")


def _of(recording: Recording | None) -> list[tuple[str, str]]:
    if recording is None:
        return []
    length = f"{recording.seconds // 60}:{recording.seconds % 60:02}"
    why = UNHEARD.get(recording.state, "--audio FILE writes it to a file")
    return [("recording", f"{length} long; {why}")]


def _row(one: Waiting, now: datetime) -> list[str]:
    return [f"{one.number}", one.kind, one.priority, one.alias, _age(one.since, now), one.state, one.reason]


def _style(one: Waiting) -> str:
    if one.state != "open":
        return "dim"
    return {"urgent": "bold red", "soon": "yellow"}.get(one.priority, "")


def _age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: 5 minutes, 3 hours, 2 days."""
    return format_timedelta(now - since, granularity="minute", threshold=1, locale="en")
