"""`checkin stories`: add, list, show, publish and withdraw stories, and load the samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy.exc import OperationalError, ProgrammingError

from checkin import assembly
from checkin.assembly import DEFAULT_LINE
from checkin.cli import story_archive_commands, story_intake
from checkin.cli.context import facts, ours, readable, save_sound, with_hint
from checkin.cli.story_topics import WithTopics
from checkin.core.errors import UserError
from checkin.core.lines import NoSuchLine
from checkin.core.settings import load_settings
from checkin.core.unit_of_work import UnitOfWork
from checkin.runtime import Runtime
from checkin.samples import library
from checkin.stories import files, queries
from checkin.stories import service as stories
from checkin.stories.queries import ListedStory
from checkin.stories.service import NewStory, Review
from checkin.stories.topics import menu_topics
from checkin.telephony import audio

app = typer.Typer(no_args_is_help=True, help="The stories that people can hear.")
story_archive_commands.add_to(app)

STATES = {
    "waiting_review": "bold yellow",
    "published": "green",
    "private": "dim",
    "resting": "dim",
    "returned": "dim",
    "withdrawn": "dim red",
    "declined": "dim red",
}

HEADINGS = ("id", "title", "topics", "lang", "length", "plays", "thanks", "state")

LineOption = Annotated[str, typer.Option(help="The line, as lines.yaml calls it.")]
StoryId = Annotated[str, typer.Argument(metavar="ID", help="Its id, or the first characters of it.")]


@app.command(cls=WithTopics)
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording of any kind, or a text (.txt).")],
    title: Annotated[str, typer.Option(help="What it is called in lists.")],
    topic: Annotated[list[str], typer.Option(help="What it is about; may be given more than once.")],
    language: Annotated[str, typer.Option(help="The language that it is told in: en, es, ...")],
    transcript: Annotated[Path | None, typer.Option(help="A text file with its words, for those who text.")] = None,
    note: Annotated[str, typer.Option(help="What a listener should know first; said before the story.")] = "",
    publish: Annotated[bool, typer.Option("--publish", help="It was reviewed: let it be heard now.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although a telephone number stands in it.")] = False,
    line: LineOption = DEFAULT_LINE,
) -> None:
    """Add a story from a recording, with or without its words, or from a text alone."""
    told_in_text = file.suffix.lower() in files.TEXT_FILES
    with _open() as (console, runtime):
        if told_in_text and transcript is not None:
            raise UserError("the story is a text already: leave out --transcript, or name a recording first")
        written = file if told_in_text else transcript
        words = story_intake.words_of(written) if written else ""
        new = NewStory(title=title, topics=topic, language=language, words=words, note=note, anyway=anyway)
        with console.status("Making it ready for the telephone"):
            recorded = None if told_in_text else audio.read(file)
            story_id = story_intake.take_in(runtime, line, new, recorded, publish=publish)
        _warn_of_topics(runtime, topic)
        state = "published" if publish else "waiting for review"
        console.print(f"[bold]{story_id[:8]}[/]  {state}", highlight=False)
        if not publish:
            console.print("Review it in the console: Stories.", highlight=False)


@app.command("list")
def list_all() -> None:
    """Show every story, those that wait for review first."""
    with _open() as (console, runtime):
        rows = runtime.read(queries.listing)
        if not rows:
            console.print(f"There are no stories yet: add one, or load ours with {ours()} stories samples")
        elif console.is_terminal:
            console.print(_table(rows))
        else:
            for cells in (HEADINGS, *(_cells(row) for row in rows)):
                print("\t".join(cells))


@app.command()
def show(
    story: StoryId,
    sound: Annotated[
        Path | None, typer.Option("--audio", metavar="FILE", help="Write its sound to FILE, an MP3, to be heard.")
    ] = None,
) -> None:
    """Show one story with its words, before or after it is published. Its teller stays unnamed."""
    with _open() as (console, runtime):
        opened = runtime.do(lambda uow: stories.read(uow, stories.full_id(uow, story)))
        facts(console, _facts(opened.listed, opened.missing))
        words = readable(opened.words) or "No transcript is kept with it."
        console.print(f"\n{words}", markup=False, highlight=False, soft_wrap=True)
        if sound is not None:
            if opened.media_key is None:
                raise UserError(f"there is no sound to write: {opened.missing}")
            save_sound(runtime, opened.media_key, sound)
            console.print(f"\nIts sound is in {sound}. Delete the file when you have heard it.", soft_wrap=True)


@app.command(cls=WithTopics)
def publish(
    story: StoryId,
    title: Annotated[str | None, typer.Option(help="What it is called in lists; one handed in has none yet.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="What it is about, in place of what it has.")] = None,
    note: Annotated[str | None, typer.Option(help="What a listener should know first.")] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although a telephone number stands in it.")] = False,
) -> None:
    """Let a story of your own be heard, on your word that it was reviewed. A teller's goes through review."""
    with _open() as (console, runtime):

        def let(uow: UnitOfWork) -> str:
            story_id = stories.full_id(uow, story)
            review = Review(title, topic or (), note, anyway)
            stories.publish(uow, story_id, who=story_intake.WHO, review=review)
            return story_id

        _warn_of_topics(runtime, topic or ())
        console.print(f"[bold]{runtime.do(let)[:8]}[/]  published", highlight=False)


@app.command()
def withdraw(story: StoryId) -> None:
    """Take a story back for good: from the next play on nobody hears it, and its audio is destroyed."""
    with _open() as (console, runtime):
        story_id = runtime.do(lambda uow: stories.full_id(uow, story))
        story_intake.take_back(runtime, story_id)
        console.print(f"[bold]{story_id[:8]}[/]  withdrawn", highlight=False)


@app.command()
def samples(line: LineOption = DEFAULT_LINE) -> None:
    """Load the stories that come with the line. Safe to run again; those that you withdrew stay gone."""
    with _open() as (console, runtime):
        columns = (TextColumn("Loading samples"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("", total=len(library.stories()))
            new = story_intake.load_samples(
                runtime, line, lambda sample: progress.update(task, advance=1, description=sample.title)
            )
        console.print(f"{new} sample stories and tips are new." if new else "Every sample is here already.")


@contextmanager
def _open() -> Iterator[tuple[Console, Runtime]]:
    """The terminal and the line. What somebody can put right is one line on standard error, and exit code 2."""
    runtime = assembly.build(load_settings())
    try:
        yield Console(), runtime
    except (UserError, NoSuchLine) as error:
        typer.echo(f"checkin stories: {with_hint(error)}", err=True)
        raise typer.Exit(2) from error
    except (OperationalError, ProgrammingError) as error:
        wrong = f"the database does not answer, or is not up to date: run {ours()} db upgrade"
        typer.echo(f"checkin stories: {wrong}", err=True)
        raise typer.Exit(2) from error
    finally:
        runtime.close()


def _warn_of_topics(runtime: Runtime, topics: Sequence[str]) -> None:
    """A topic that no menu offers is kept: the story is heard by those who ask for any."""
    menu = menu_topics(runtime.library)
    if strange := [item for item in stories.topics_of(topics) if item not in menu]:
        typer.echo(
            f"checkin stories: no menu offers the topic {', '.join(strange)}: it is told to those who ask for any"
            f" story. The menus offer {', '.join(menu)}",
            err=True,
        )


def _facts(row: ListedStory, missing: str) -> list[tuple[str, str]]:
    """What there is to know of a story: a name and a value each."""
    told = zip(HEADINGS, _cells(row), strict=True)
    about = [(name, value) for name, value in told if name != "length" or row.has_audio]
    if missing:
        about.append(("sound", missing))
    return [*about, ("note", row.note or "none")]


def _table(rows: list[ListedStory]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    for heading in HEADINGS:
        right = heading in ("length", "plays", "thanks")
        table.add_column(heading, no_wrap=heading in ("id", "topics", "lang"), justify="right" if right else "left")
    for row in rows:
        style = STATES.get(row.state, "")
        *cells, state = (escape(cell) for cell in _cells(row))
        table.add_row(*cells, f"[{style}]{state}[/]" if style else state)
    return table


def _cells(row: ListedStory) -> list[str]:
    """A story as words: id, title, topics, language, length, plays, thanks, state."""
    state = row.state.replace("_", " ") + (" (sample)" if row.sample else "") + (" (note)" if row.note else "")
    length = f"{row.seconds // 60}:{row.seconds % 60:02}" if row.has_audio else "text"
    topics = ", ".join(row.topics)
    return [
        row.id[:8],
        row.title or "(no title yet)",
        topics,
        row.language,
        length,
        f"{row.plays}",
        f"{row.thanks}",
        state,
    ]
