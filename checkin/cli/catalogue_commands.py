"""`checkin flows po-extract`, `po-update`, `po-check`: translations in files of their own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from checkin.cli.flow_folder import Folder, folder_of, show
from flows.model.catalogue import Catalogue

Languages = Annotated[
    list[str] | None, typer.Option("--language", "-l", help="Only this one. You can give it several times.")
]


def po_extract(
    language: Annotated[
        str | None, typer.Argument(help="The language to translate into; without it, a template for any program.")
    ] = None,
    path: Folder = None,
) -> None:
    """Start a catalog: everything that isn't translated yet, for a translator to fill in."""
    from checkin.assembly import practice_clock
    from flows.catalogues.maintenance import extract
    from flows.loading import load
    from flows.model.catalogue import TEMPLATE, path_of
    from flows.model.text import LANGUAGE

    if language is not None and not LANGUAGE.fullmatch(language):
        raise typer.BadParameter(f"{language!r} isn't a language code like es, fr or pt-BR")
    folder = folder_of(path)
    file = folder / (path_of(language) if language else TEMPLATE)
    if language and file.exists():
        raise typer.BadParameter(f"{file} already exists and may hold someone's work: use po-update")
    text = extract(load(folder), language, practice_clock(None)())
    _write(file, text)
    _told(f"Wrote {file}: {_entries(text)} to translate.")


def po_update(path: Folder = None, languages: Languages = None) -> None:
    """Update the catalogs to what the flows say now. No translation is lost."""
    from checkin.assembly import practice_clock
    from flows.catalogues.maintenance import update
    from flows.loading import load

    folder = folder_of(path)
    library = load(folder)
    for language, file in _chosen(folder, library.catalogues, languages):
        text = update(file.read_text(encoding="utf-8"), library, language, practice_clock(None)())
        _write(file, text)
        _told(f"Updated {file}.")


def po_check(path: Folder = None, languages: Languages = None) -> None:
    """Show translations that are missing, only guessed, or use different placeholders."""
    from flows.catalogues.maintenance import missing, translatable
    from flows.checks.checker import check
    from flows.loading import read

    folder = folder_of(path)
    library, findings = read(folder)
    console = Console(soft_wrap=True)
    if library is None:
        show(console, findings, folder)
        raise typer.Exit(1)
    wrong = [finding for finding in check(library) if finding.code == "L502"]
    every = translatable(library)
    for language, file in _chosen(folder, library.catalogues, languages):
        catalogue = library.catalogues[language]
        lacking = list(missing(catalogue, library))
        mine = [finding for finding in wrong if finding.file == catalogue.file]
        show(console, sorted([*lacking, *mine]), folder, summary=False)
        still = sum(finding.severity == "warning" for finding in lacking)
        console.print(Text(f"{language}: {every - still} of {every} translated", "bold" if still else "green"), end="")
        console.print(Text(f"  {file}", "dim"))
    show(console, [finding for finding in wrong if not finding.file.endswith(".po")], folder, summary=False)
    raise typer.Exit(1 if wrong else 0)


def _chosen(folder: Path, catalogues: Mapping[str, Catalogue], languages: list[str] | None) -> list[tuple[str, Path]]:
    """(language, file) of the catalogs that are meant."""
    unknown = sorted(set(languages or ()) - set(catalogues))
    if unknown or not catalogues:
        known = ", ".join(sorted(catalogues)) or "none yet"
        asked = f"for {unknown[0]!r}" if unknown else f"in {folder}"
        raise typer.BadParameter(f"there's no catalog {asked} ({known}): start one with po-extract")
    return [
        (code, folder / catalogue.file)
        for code, catalogue in sorted(catalogues.items())
        if not languages or code in languages
    ]


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a translator's file is never left half written."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(file.suffix + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _entries(text: str) -> int:
    return text.count("\nmsgctxt ")


def _told(line: str) -> None:
    Console(stderr=True, soft_wrap=True).print(line, highlight=False)
