"""`python -m checkin.web.catalogues`: bring every `es.po` up to date with the words of its folder.

What is new stands at the end without a translation; what is gone is dropped; what changed is translated anew.
What another folder says already is taken from there. It prints what is missing, and its exit code is 1 while some is.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from checkin.web import phrase_words
from checkin.web.i18n import HERE, LANGUAGES, catalogue_folders

KEYWORDS = {"_": None, "gettext": None, "N_": None, "_n": (1, 2), "ngettext": (1, 2)}
METHODS = {".html": "jinja2.ext:babel_extract", ".py": "python"}


def found_in(folder: Path) -> Catalog:
    """The words of the templates and modules of this folder; for that of the phrases, what is said below the pages."""
    if folder == phrase_words.FOLDER:
        return phrase_words.said()
    catalogue = Catalog()
    for path in sorted(folder.iterdir()):
        method = METHODS.get(path.suffix)
        if method is None or path.name == "catalogues.py":
            continue
        options = {"silent": "false", "trimmed": "true"} if path.suffix == ".html" else {}
        for line, words, comments, context in extract_from_file(
            method, path, keywords=KEYWORDS, comment_tags=("Translators:",), options=options
        ):
            catalogue.add(words, locations=[(path.name, line)], auto_comments=comments, context=context)
    return catalogue


def brought_up_to_date(folder: Path, language: str) -> Catalog:
    """The catalogue of this folder as it should stand: what was translated stays."""
    path = folder / f"{language}.po"
    kept = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
    kept.update(found_in(folder), no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def missing(catalogue: Catalog) -> list[str]:
    """The words that have no translation yet."""
    return [str(one.id) for one in catalogue if one.id and (one.fuzzy or not _whole(one.string))]


def written(catalogue: Catalog) -> bytes:
    """The file, without dates and line numbers, which would differ each time."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, omit_header=False, no_location=True, sort_output=True, include_previous=False)
    lines = file.getvalue().decode().split("\n\n", 1)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n' + (
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n"Language: {catalogue.locale}\\n"\n'
    )
    return f"{header}\n{lines[1] if len(lines) > 1 else ''}".encode()


def _key(message: Message) -> object:
    return tuple(message.id) if isinstance(message.id, tuple | list) else message.id


def _whole(words: object) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


def main() -> int:
    """Update every catalogue; tell what is missing."""
    gaps = 0
    for language in (one for one in LANGUAGES if one != "en"):
        there = {folder: brought_up_to_date(folder, language) for folder in catalogue_folders()}
        known = {_key(one): one.string for catalogue in there.values() for one in catalogue if _whole(one.string)}
        for folder, catalogue in there.items():
            if not len(catalogue):
                continue
            for one in catalogue:
                one.string = one.string if _whole(one.string) else known.get(_key(one), one.string)
            (folder / f"{language}.po").write_bytes(written(catalogue))
            for words in missing(catalogue):
                gaps += 1
                print(f"{(folder / language).relative_to(HERE.parent)}.po: {words!r} is not translated")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
