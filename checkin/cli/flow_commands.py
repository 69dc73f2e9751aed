"""`checkin flows`: check, test and talk to what the line says, without a server."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.text import Text

from checkin.cli.catalogue_commands import po_check, po_extract, po_update
from checkin.cli.clip_commands import app as clips_app
from checkin.cli.cost_command import cost
from checkin.cli.flow_folder import Folder, folder_of, show
from checkin.cli.new_words import take_new_words
from checkin.cli.publish_commands import counted, diff, history, publish, retire, rollback
from checkin.cli.studio_command import import_app
from flows.model.findings import Finding

if TYPE_CHECKING:
    from flows.model.flow import Flow
    from flows.transcripts.keyboard import ShownTurn, TypedConversation

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, help="What the line says: check it, test it, talk to it."
)
for command in (cost, po_extract, po_update, po_check, publish, history, rollback, retire, diff):
    app.command()(command)
app.add_typer(import_app, name="import")
app.add_typer(clips_app, name="clips")


@app.command()
def check(
    path: Folder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON, for other programs.")] = False,
    tests: Annotated[
        bool, typer.Option("--tests", help="Also run the test conversations, and show what none of them covers.")
    ] = False,
) -> None:
    """Find mistakes in the flows, with the place and what to do about each. Exit code 1 if there's an error."""
    from flows.checks.checker import check as find

    folder = folder_of(path)
    findings = find(folder)
    if tests and not any(finding.severity == "error" for finding in findings):
        findings = sorted([*findings, *_played(folder)])
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        show(Console(soft_wrap=True), findings, folder)
    raise typer.Exit(1 if any(finding.severity == "error" for finding in findings) else 0)


@app.command("test")
def run_transcripts(
    path: Folder = None,
    only: Annotated[
        str | None, typer.Option("--only", "-k", help="Test conversations with these words in their name.")
    ] = None,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Put the new words into the test conversations that fail by nothing else."),
    ] = False,
    before: Annotated[
        Path | None,
        typer.Option(help="With --accept: the flows as they were, in another folder; without it, what is live."),
    ] = None,
) -> None:
    """Run every test conversation against the flows. Exit code 1 if one fails."""
    from flows.checks.ways import ways
    from flows.loading import load
    from flows.transcripts.coverage import failures, play, untested
    from flows.transcripts.files import read_transcripts

    folder, console = folder_of(path), Console(soft_wrap=True)
    library = load(folder)
    placed, findings = read_transcripts(folder)
    chosen = [
        transcript for transcript in placed if only is None or only.casefold() in transcript.transcript.name.casefold()
    ]
    shown = track(chosen, "Playing", console=console, transient=True) if console.is_terminal else chosen
    played = [pair for transcript in shown for pair in play(library, [transcript])]
    if accept:
        played = take_new_words(console, folder, library, played, before)
    findings = [*findings, *(finding for transcript, result in played for finding in failures(transcript, result))]
    missing = [] if only else list(untested(library, chosen, [result for _, result in played]))
    show(console, sorted([*findings, *missing]), folder, summary=False, grouped=True)
    failed = sum(not result.passed for _, result in played)
    every = len(ways(library))
    console.print(
        _line(f"{len(played)} played", "bold"), _line(f"{failed} failed", "red" if failed else "green"), end="  "
    )
    if only is None:
        untaken = sum(finding.code == "T901" for finding in missing)
        console.print(_line(f"{every - untaken} of {every} paths covered", "dim"), end="")
    console.print()
    raise typer.Exit(1 if findings or not played or any(finding.severity == "error" for finding in missing) else 0)


@app.command()
def talk(
    path: Folder = None,
    voice: Annotated[bool, typer.Option("--voice", help="As a call; without it, by text.")] = False,
    details: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show every action and where the conversation is.")
    ] = False,
    flow: Annotated[str | None, typer.Option(help="Start in this flow.")] = None,
    language: Annotated[str | None, typer.Option(help="The contact's language, if it is known.")] = None,
    record: Annotated[
        Path | None, typer.Option(help="Save the conversation as a test: transcripts/NAME.test.yaml.")
    ] = None,
) -> None:
    """Talk with the flows at the keyboard. /help lists the commands."""
    if record is not None and record.exists():
        raise typer.BadParameter(f"{record} already exists: choose another name")
    from checkin.assembly import practice_clock
    from checkin.samples.library import stories
    from flows.loading import load
    from flows.transcripts.format import Tale, TranscriptContact, TranscriptVolunteer
    from flows.transcripts.keyboard import TypedConversation

    library, console = load(folder_of(path)), Console()
    if flow is not None and flow not in library.flows:
        raise typer.BadParameter(f"there's no flow {flow!r}: {', '.join(sorted(library.flows))}")
    tales = [
        Tale(title=story.title, topic=story.topic, language=story.language, transcript=story.transcript,
             note=story.note, seconds=story.seconds)
        for story in stories()
    ]  # fmt: skip
    session = TypedConversation(
        library, "voice" if voice else "sms", practice_clock(None)(), flow=flow,
        contact=TranscriptContact(first=True, language=language), volunteers=[TranscriptVolunteer(name="Vee")],
        tales=tales, details=details,
    )  # fmt: skip
    converse(session, console)
    if record is not None:
        _write_down(session, record)


def _write_down(session: TypedConversation, file: Path) -> None:
    """Keep the talk as a transcript, on standard error what became of it."""
    told = Console(stderr=True, soft_wrap=True)
    text = session.transcript(file.name.removesuffix(".test.yaml").replace("_", " "))
    if text is None:
        told.print("Nothing was said, so nothing was written.", highlight=False)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    told.print(f"Wrote {file}.", highlight=False)
    if file.parent.name != "transcripts" or not file.name.endswith(".test.yaml"):
        told.print("flows test plays what is in transcripts/ and ends in .test.yaml.", highlight=False)


@app.command()
def draw(
    flow: Annotated[str, typer.Argument(help="The flow to draw, by its name.")],
    path: Folder = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write it; without it, to the screen.")
    ] = None,
    form: Annotated[str, typer.Option("--as", help="svg, mermaid or dot.")] = "svg",
    language: Annotated[str | None, typer.Option(help="The language of the words in it.")] = None,
    live: Annotated[
        bool, typer.Option("--live", help="The published version, with where people wait and where they left.")
    ] = False,
) -> None:
    """Draw a flow: as SVG for any browser, Mermaid for pages that support it, or DOT for Graphviz."""
    from checkin.core.graphviz import svg
    from flows.views import drawing

    if form not in ("svg", "mermaid", "dot"):
        raise typer.BadParameter(f"{form!r} isn't a drawing format: choose svg, mermaid or dot")
    chosen, counts = counted(flow) if live else (_flow(path, flow), None)
    made = drawing.mermaid(chosen, language, counts) if form == "mermaid" else drawing.dot(chosen, language, counts)
    made = svg(made) if form == "svg" else made
    if out is None:
        typer.echo(made)
    else:
        out.write_text(made, encoding="utf-8")
        Console(stderr=True).print(f"Wrote {out}.", highlight=False)


@app.command()
def read(
    flow: Annotated[str, typer.Argument(help="The flow to read, by its name.")],
    path: Folder = None,
    language: Annotated[str | None, typer.Option(help="The language of the words in it.")] = None,
) -> None:
    """Read a flow out in plain sentences."""
    from flows.views.reading import read as in_sentences

    typer.echo(in_sentences(_flow(path, flow), language))


def _flow(path: Path | None, name: str) -> Flow:
    from flows.loading import load

    library = load(folder_of(path))
    if name not in library.flows:
        raise typer.BadParameter(f"there's no flow {name!r}: {', '.join(sorted(library.flows))}")
    return library.flows[name]


def converse(session: TypedConversation, console: Console) -> None:
    """Read lines until they end or /quit."""
    if console.is_terminal:
        how = "You call the line." if session.channel == "voice" else "You text the line."
        console.print(_line(f"{how} /help lists the commands, /quit leaves.", "dim"))
    _tell(console, session.opening())
    while not session.over:
        try:
            line = console.input(_line("> ", "bold cyan")) if sys.stdin.isatty() else _piped()
        except (EOFError, KeyboardInterrupt):
            return
        if not sys.stdin.isatty():
            console.print(_line(f"> {line}", "bold cyan"), soft_wrap=True)
        _tell(console, session.type(line))


def _played(folder: Path) -> list[Finding]:
    from flows.loading import load
    from flows.transcripts.coverage import failures, play, untested
    from flows.transcripts.files import read_transcripts

    library = load(folder)
    placed, findings = read_transcripts(folder)
    played = list(play(library, placed))
    failed = [finding for transcript, result in played for finding in failures(transcript, result)]
    return [*findings, *failed, *untested(library, placed, [result for _, result in played])]


def _tell(console: Console, shown: list[ShownTurn]) -> None:
    styles = {"said": "", "aside": "italic", "action": "magenta", "position": "dim", "note": "green", "trouble": "red"}
    for part in shown:
        mark = {"action": "· ", "position": "@ ", "trouble": "! ", "note": ""}.get(part.kind, "  ")
        console.print(_line(f"{mark}{part.text}", styles[part.kind]), soft_wrap=True)


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def _line(text: str, style: str) -> Text:
    return Text(text, style=style)
