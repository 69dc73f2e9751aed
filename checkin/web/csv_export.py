"""Tables to download (CSV), in which nothing that people wrote becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from unicodedata import category

from flask import Response

DANGEROUS = tuple("=+-@\t\r\n|%＝＋－＠")
"""How a cell begins that a spreadsheet would calculate (OWASP, "CSV Injection"), also in full width."""

UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})
"""Kinds of letters that take no place of their own: spaces, joiners, marks of direction, accents without a letter."""


def cell(value: object) -> str:
    """The value as text that is shown as it stands. Numbers of ours stay numbers."""
    if isinstance(value, bool | int | float):
        return str(value)
    words = "" if value is None else str(value).replace("\x00", "")
    return f"'{words}" if _seen(words).startswith(DANGEROUS) else words


def _seen(words: str) -> str:
    """From the first letter on that a spreadsheet does not pass over: it may take spaces, and what nobody sees, for
    nothing. A tab or a line's end is a danger of its own."""
    first = next(
        (place for place, letter in enumerate(words) if letter in DANGEROUS or category(letter) not in UNSEEN),
        len(words),
    )
    return words[first:]


def written(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as a file holds it, with the mark by which spreadsheets know UTF-8."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return "\ufeff" + file.getvalue()


def sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file to save. name: without its ending."""
    response = Response(written(columns, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
