"""`python -m checkin.i18n.extract`: bring the catalogues up to date with the words of the templates and the code.

What is new stands there without a translation; what is gone is dropped; what changed is translated anew. It prints
what is missing, and its exit code is 1 while some is.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from checkin.i18n.gettext import LANGUAGES, path_of

ROOT = Path(__file__).parents[2]
SOURCES = ("checkin", "flows")
METHODS = [
    ("cli/**", "ignore"),  # the terminal speaks English
    ("**.py", "python"),
    ("**.html", "jinja2.ext:babel_extract"),
]
OPTIONS = {"**.html": {"silent": "false", "trimmed": "true"}}

PLAIN = ("_", "gettext", "N_", "Translatable", "Told")
ERRORS = (
    "UserError", "AudioError", "BadWindow", "ChangedMeanwhile", "Clash", "Closed", "ConversionFailed", "NoSafeHour",
    "NotOurs", "NotTheirs", "NumberNamed", "Taken",
)  # fmt: skip
"""UserError and every kind of it."""

KEYWORDS = {
    **dict.fromkeys((*PLAIN, *ERRORS)),
    **dict.fromkeys(("_n", "ngettext"), (1, 2)),
    **dict.fromkeys(("Skip", "Move")),
    "Meaning": (2,),
    "OpenCase": (4,),
}
"""What is called with words to translate, and which of its arguments they are; None: the first."""


def found() -> Catalog:
    """Every sentence of the product that somebody may read in another language."""
    catalogue = Catalog()
    for part in SOURCES:
        for name, line, words, comments, context in extract_from_dir(
            ROOT / part, METHODS, OPTIONS, KEYWORDS, ("Translators:",)
        ):
            catalogue.add(words, locations=[(f"{part}/{name}", line)], auto_comments=comments, context=context)
    return catalogue


def updated(language: str) -> Catalog:
    """The catalogue of this language as it should stand: what was translated stays."""
    with path_of(language).open("rb") as file:
        kept = read_po(file, locale=language)
    kept.update(found(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    return kept


def missing(catalogue: Catalog) -> list[str]:
    """The words that have no translation yet."""
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not _whole(message.string))]


def written(catalogue: Catalog) -> bytes:
    """The file, without dates and line numbers, which would differ each time."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, omit_header=True, no_location=True, sort_output=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n' + (
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n"Language: {catalogue.locale}\\n"\n'
    )
    return f"{header}\n{file.getvalue().decode()}".encode()


def _whole(words: object) -> bool:
    return all(words) if isinstance(words, tuple | list) else bool(words)


def main() -> int:
    """Update every catalogue; tell what is missing."""
    gaps = 0
    for language in (code for code in LANGUAGES if code != "en"):
        catalogue = updated(language)
        path_of(language).write_bytes(written(catalogue))
        for words in missing(catalogue):
            gaps += 1
            print(f"{path_of(language).relative_to(ROOT)}: {words!r} is not translated")
    return 1 if gaps else 0


if __name__ == "__main__":
    sys.exit(main())
