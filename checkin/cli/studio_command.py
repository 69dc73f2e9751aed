"""`checkin flows import studio`: a flow from Twilio Studio, turned into ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from flows.importers.studio.conversion import Imported

import_app = typer.Typer(no_args_is_help=True, help="Flows that were made elsewhere.")

COLORS = {"stub": "bold red", "review": "yellow", "added": "cyan", "left out": "dim", "mapped": "green"}


@import_app.callback()
def _group() -> None:
    """Flows that were made elsewhere."""


@import_app.command()
def studio(
    file: Annotated[Path, typer.Argument(help="The JSON of the flow, as Studio shows it at its Trigger widget.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The folder to write to; without it, to the screen.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="What to call the flow; without it, like its file.")] = None,
    subflow: Annotated[
        list[str] | None, typer.Option(help="SID=NAME: which flow a sub-flow became. May be given several times.")
    ] = None,
) -> None:
    """Turn a flow of Twilio Studio into ours, with a list of what could not be turned.

    Writes NAME.yaml and NAME.import.md, and nothing that already exists. `check` refuses the flow until every stub
    in it was written.
    """
    from flows.importers.studio.conversion import convert
    from flows.importers.studio.export import StudioError, read_export

    known = dict(_pair(pair) for pair in subflow or ())
    try:
        imported = convert(read_export(_read(file)), name or file.stem, known, _obeyed())
    except StudioError as error:
        raise typer.BadParameter(f"{file}: {error}") from None
    title = name or file.stem
    if out is None:
        for text in imported.files.values():
            typer.echo(text)
    else:
        _write(out, {**imported.files, f"{_stem(imported)}.import.md": imported.report.markdown(title)})
    _tell(imported, out)


def _obeyed() -> Callable[[str], bool]:
    """Whether a word means something in every flow of the folder in use, so that it can be no answer."""
    from checkin.cli.flow_folder import folder_of
    from flows.importers.studio.draft import OBEYED
    from flows.loading import read

    library, _ = read(folder_of(None))
    return lambda word: word in OBEYED or (library is not None and library.matcher.hear(word) is not None)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it isn't UTF-8" if isinstance(error, UnicodeDecodeError) else (error.strerror or "")
        raise typer.BadParameter(f"{file} can't be read: {why}") from None


def _pair(given: str) -> tuple[str, str]:
    sid, sign, name = given.partition("=")
    if not (sid and sign and name.isidentifier()):
        raise typer.BadParameter(f"{given!r}: write --subflow FW...=name_of_our_flow")
    return sid, name


def _stem(imported: Imported) -> str:
    return next(iter(imported.files)).removesuffix(".yaml")


def _write(folder: Path, files: dict[str, str]) -> None:
    """All of them, or none if one already exists."""
    if there := [name for name in files if (folder / name).exists()]:
        raise typer.BadParameter(f"{folder / there[0]} already exists: choose another --name, or move it away")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def _tell(imported: Imported, out: Path | None) -> None:
    """The report on the screen: what is to be done in full, the rest in numbers."""
    console = Console(stderr=True, soft_wrap=True)
    for remark in (*imported.report.of("stub"), *imported.report.of("review")):
        mark = Text(f"{remark.kind:7}", COLORS[remark.kind])
        console.print(Text.assemble(mark, (f"{remark.place}: ", "bold"), remark.text))
    counts = [(kind, len(imported.report.of(kind))) for kind in COLORS]  # type: ignore[arg-type]  # its own kinds
    console.print(Text(", ".join(f"{count} {kind}" for kind, count in counts if count), "bold"))
    for channel, flow in imported.answers.items():
        key = "texts" if channel == "sms" else "calls"
        console.print(Text(f"To use it, write `{key}: {flow}` in lines.yaml.", "dim"))
    if out is not None:
        console.print(Text(f"Wrote {', '.join(imported.files)} and {_stem(imported)}.import.md to {out}.", "dim"))
