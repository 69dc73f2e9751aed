"""Tables to take away (CSV), in which nothing that people wrote becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

DANGEROUS = tuple("=+-@\t\r\n|%＝＋－＠")
"""How a cell begins that a spreadsheet would calculate (OWASP, "CSV Injection"), also in full width."""


def cell(value: object) -> str:
    """The value as text that is shown as it stands. Numbers of ours stay numbers."""
    if isinstance(value, bool | int | float):
        return str(value)
    words = "" if value is None else str(value).replace("\x00", "")
    return f"'{words}" if words.lstrip(" \u00a0\u200b\ufeff").startswith(DANGEROUS) else words


def sheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A file to save. name: without its ending."""
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    response = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
