"""The words of the pages in the reader's language: a gettext catalogue for each, compiled when it is first read.

`python -m checkin.i18n.extract` brings the catalogues up to date.
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

from checkin.core.translatable import Translatable

LANGUAGES = {"en": "English", "es": "Español"}
"""What the pages speak: the first is what they are written in."""

_language: ContextVar[str] = ContextVar("language", default="en")


def path_of(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return Path(__file__).with_name(f"{language}.po")


@cache
def _words(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    with path_of(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
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
    for code in wanted:
        short = (code or "").replace("_", "-").split("-")[0].casefold()
        if short in LANGUAGES:
            return short
    return "en"


def raw(words: str) -> str:
    """These words in this request's language, their holes as they are: what templates call."""
    return str(_words(spoken()).ugettext(words))


def raw_many(text: str, many: str, count: int) -> str:
    """The same for words that depend on a count."""
    return str(_words(spoken()).ungettext(text, many, count))


def _(words: str, /, **placeholders: object) -> str:
    """These words in this request's language: _("Case %(number)s is yours.", number=42)."""
    said = raw(words)
    return said % placeholders if placeholders else said


def _n(text: str, many: str, count: int, /, **placeholders: object) -> str:
    """The same for words that depend on a count, which stands in %(num)s."""
    return raw_many(text, many, count) % {"num": count, **placeholders}


def said(text: str) -> str:
    """What code below the pages says, in this request's language, with every sentence that stands in it.

    Words that are no sentence of ours are left as they are.
    """
    if not isinstance(text, Translatable):
        return raw(text) if text else ""
    return _(text.words, **{name: _in_words(value) for name, value in text.values.items()})


def _in_words(value: object) -> object:
    if isinstance(value, datetime):
        return format_datetime(value, "EEE d MMM HH:mm", tzinfo=value.tzinfo, locale=spoken())
    return said(value) if isinstance(value, Translatable) else value
