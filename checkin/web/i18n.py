"""The words of the pages in the reader's language: gettext catalogues beside the pages, read once, compiled nowhere.

Each folder of pages has an `es.po` of its own. `python -m checkin.web.catalogues` brings them up to date. What
services say stands in phrases/: its `en.po` says on pages what speaks of the terminal otherwise.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from checkin.core.rules.phrases import Phrase

HERE = Path(__file__).parents[1]
LANGUAGES = {"en": "English", "es": "Español"}
"""What the pages speak: the first is what they are written in."""

FOLDERS = ("pages", "console", "volunteers", "practice")
"""Below these, folders have pages."""

_language: ContextVar[str] = ContextVar("language", default="en")


def catalogue_folders(root: Path = HERE) -> Iterator[Path]:
    """Every folder that has templates, or a catalogue already."""
    for part in FOLDERS:
        for folder in sorted({root / part, *(one for one in (root / part).rglob("*") if one.is_dir())}):
            if "static" not in folder.parts and any(folder.glob("*.html")) or (folder / "es.po").exists():
                yield folder


@cache
def _words(language: str) -> NullTranslations:
    whole: Translations | None = None
    for folder in catalogue_folders():
        path = folder / f"{language}.po"
        if path.exists():
            one = _compiled(path)
            whole = one if whole is None else whole.add(one)
    return whole or NullTranslations()


def _compiled(path: Path) -> Translations:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def spoken() -> str:
    """The language of this request."""
    return _language.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What `_` and `_n` answer in."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def choose(wanted: Iterable[str | None]) -> str:
    """The first of these that the pages speak."""
    for one in wanted:
        short = (one or "").replace("_", "-").split("-")[0].casefold()
        if short in LANGUAGES:
            return short
    return "en"


def raw(words: str) -> str:
    """These words in this request's language, their holes as they are: what templates call."""
    return str(_words(spoken()).ugettext(words))


def raw_many(one: str, many: str, count: int) -> str:
    """The same for words that depend on a count."""
    return str(_words(spoken()).ungettext(one, many, count))


def _(words: str, /, **holes: object) -> str:
    """These words in this request's language: _("Case %(number)s is yours.", number=42)."""
    said = raw(words)
    return said % holes if holes else said


def _n(one: str, many: str, count: int, /, **holes: object) -> str:
    """The same for words that depend on a count, which stands in %(num)s."""
    return raw_many(one, many, count) % {"num": count, **holes}


def said(phrase: Phrase) -> str:
    """A phrase of the services in this request's language, with every phrase that stands in it."""
    return _(phrase.words, **{name: _in_words(one) for name, one in phrase.holes.items()})


def _in_words(one: object) -> object:
    if isinstance(one, datetime):
        return format_datetime(one, "EEE d MMM HH:mm", tzinfo=one.tzinfo, locale=spoken())
    return said(one) if isinstance(one, Phrase) else one


def N_(words: str) -> str:  # noqa: N802 - what gettext's tools look for
    """Marks words that are said later."""
    return words


__all__ = ["LANGUAGES", "N_", "_", "_n", "catalogue_folders", "choose", "raw", "raw_many", "said", "speaking", "spoken"]
