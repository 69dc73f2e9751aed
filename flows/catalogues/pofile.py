"""Catalogues as text, in the form of gettext, read and written by Babel.

(Babel and not polib: both would do, but Babel is the one that is looked after, and it merges catalogues too.)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from flows.model.catalogue import Catalogue, Entry, Key, language_of
from flows.model.findings import Finding

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LARGEST = 2 * 1024 * 1024
"""Characters of a catalogue that are read: two hundred large flows have fewer."""


class Unreadable(ValueError):
    """This is no catalogue. `line` counts from 1."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


def read_catalogues(files: Mapping[str, str]) -> tuple[dict[str, Catalogue], list[Finding]]:
    """The catalogues in these files (path -> text) by language, and what is wrong with them."""
    found: dict[str, Catalogue] = {}
    findings = []
    for path, text in sorted(files.items()):
        language = language_of(path)
        if language is None:
            findings.append(Finding(path, 1, 1, "Y001", "error", "this folder isn't named for a language",
                                    "Call it by a language code, like es or pt_BR."))  # fmt: skip
            continue
        try:
            found[language] = Catalogue(language, path, _entries(parse(text)))
        except Unreadable as error:
            findings.append(Finding(path, error.line, 1, "Y001", "error", f"can't be read: {error}",
                                    "Fix it in the program that wrote it, or restore your copy."))  # fmt: skip
    return found, findings


def parse(text: str) -> Catalog:
    """What a catalogue says, to work on. Raises Unreadable."""
    from babel.messages.pofile import PoFileError, read_po

    if len(text) > LARGEST:
        raise Unreadable(f"it's larger than {LARGEST // 1024} kB")
    try:
        catalog = read_po(text.split("\n"), abort_invalid=True)
    except PoFileError as error:
        raise Unreadable(str(error.args[0]) if error.args else "it's no catalog", int(error.lineno) + 1) from None
    except Exception as error:  # a file from anywhere finds many ways to surprise a parser
        raise Unreadable(f"it's no catalog ({type(error).__name__})") from None
    if any(not isinstance(message.id, str) for message in catalog):
        raise Unreadable("it has plural forms, and nothing here is counted")
    return catalog


def write(catalog: Catalog) -> str:
    """The catalogue as it stands in a file. Reading it gives the same."""
    from babel.messages.pofile import write_po

    out = BytesIO()
    write_po(out, catalog, width=100, include_previous=True)
    return out.getvalue().decode(catalog.charset).rstrip("\n") + "\n"


def empty(language: str | None, now: datetime) -> Catalog:
    """A catalogue without entries; without a language it is a template."""
    from babel.messages.catalog import Catalog

    return Catalog(
        locale=language.replace("-", "_") if language else None, creation_date=now, revision_date=now,
        project="flows", version="1", copyright_holder="", header_comment="# What the line says.",
        last_translator=" ", language_team=" ", msgid_bugs_address=" ", fuzzy=False,
    )  # fmt: skip


def _entries(catalog: Catalog) -> dict[Key, Entry]:
    return {
        (message.context, str(message.id)): Entry(str(message.string or ""), message.fuzzy, message.lineno or 1)
        for message in catalog
        if message.id and message.context
    }
