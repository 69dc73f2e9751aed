"""One language's catalogue: which words stand for which, by the place that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from flows.model.findings import Finding, Severity
from flows.model.text import LANGUAGE

FOLDER = "locale"
TEMPLATE = f"{FOLDER}/flows.pot"

Key = tuple[str, str]
"""(context, the words in the base language of the flow)."""


class Entry(NamedTuple):
    """A translation. `unsure`: a program guessed it ("fuzzy"), so it is not said before somebody read it."""

    words: str
    unsure: bool
    line: int


@dataclass(frozen=True)
class Catalogue:
    """The translations into one language. `file` is its path below the folder of the definitions."""

    language: str
    file: str
    entries: Mapping[Key, Entry] = field(default_factory=dict)

    def words(self, key: Key) -> str | None:
        """The words for this place; None if they are missing or nobody is sure of them."""
        entry = self.entries.get(key)
        return entry.words if entry is not None and entry.words and not entry.unsure else None

    def finding(self, key: Key, code: str, severity: Severity, text: str, hint: str) -> Finding:
        """A finding at the line of one entry."""
        entry = self.entries.get(key)
        return Finding(self.file, entry.line if entry else 1, 1, code, severity, text, hint)


def path_of(language: str) -> str:
    """Where a language's catalogue stands below the folder of the definitions: where every gettext tool looks."""
    return f"{FOLDER}/{language.replace('-', '_')}/LC_MESSAGES/flows.po"


def language_of(path: str) -> str | None:
    """The language whose catalogue this path is, or None."""
    parts = path.split("/")
    code = parts[1].replace("_", "-") if len(parts) == 4 else ""
    return code if LANGUAGE.fullmatch(code) and parts[::2] == [FOLDER, "LC_MESSAGES"] else None
