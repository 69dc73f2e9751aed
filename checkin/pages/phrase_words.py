"""Which phrases the code below the pages says, so that translators find them: it is read, and knows nothing of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file

from checkin.pages.i18n import HERE

FOLDER = HERE / "pages" / "phrases"
"""Where their catalogues stand."""

BELOW = ("rules", "services", "queries", "gateway", "delivery", "outbox")
ROOTS = ("Phrase", "Refusal")


def modules(root: Path = HERE) -> Iterator[Path]:
    """Every module that may say one."""
    for part in BELOW:
        yield from sorted((root / part).rglob("*.py"))


def sayers() -> set[str]:
    """Phrase, and every kind of refusal: what is called with the words of a phrase."""
    bases = {
        one.name: {base.id for base in one.bases if isinstance(base, ast.Name)}
        for path in modules()
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(one, ast.ClassDef)
    }
    found = set(ROOTS)
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def said() -> Catalog:
    """Every phrase, with where it is said."""
    catalogue, keywords = Catalog(), dict.fromkeys(sayers())
    for path in modules():
        for line, words, _comments, _context in extract_from_file("python", path, keywords=keywords):
            catalogue.add(words, locations=[(path.name, line)])
    return catalogue
