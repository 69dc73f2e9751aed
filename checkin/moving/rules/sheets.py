"""Tables that somebody saved elsewhere (CSV): any usual encoding and separator; every row is read or named."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checkin.core.errors import UserError

SEPARATORS = ",;\t|"
MOST_COLUMNS = 500
LONGEST_CELL = 20_000

_SAYS_WHAT_PARTS = re.compile(r'"?sep=(.)"?[,;\s]*', re.IGNORECASE)
"""The first line that Excel writes and reads, in countries where a comma is in every number."""

_DEFUSED = re.compile(r"'(?=[\s\W]*[=+\-@|%＝＋－＠])|'(?=[\t\r\n])")
"""What our own tables put before a cell that a spreadsheet would calculate (checkin.web.csv_export)."""


@dataclass(frozen=True)
class SheetRow:
    """One row. number: the line of the file that it begins on, as an editor shows it. cells: by the column's header.

    wrong: why it cannot be read, whatever it holds.
    """

    number: int
    cells: dict[str, str]
    wrong: UserError | None = None

    def of(self, name: str) -> str:
        """What stands in this column; empty where there is none."""
        return self.cells.get(name, "")


def text_of(content: bytes) -> str:
    """The words of a file: UTF-8, UTF-16, or what Windows writes in the west (cp1252). Raises UserError."""
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UserError("that's a workbook or a zip, not a CSV file: open it in your spreadsheet and save it as CSV")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        tried: tuple[str, ...] = ("utf-16",)
    elif content[:200].count(b"\0") * 3 > len(content[:200]):
        tried = ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be",)
    else:
        tried = ("utf-8-sig", "cp1252")
    for encoding in tried:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError("we can't tell how the file's letters are encoded: save it as CSV (UTF-8)")


def headers_of(text: str) -> tuple[str, ...]:
    """Its headers, in small letters. Raises UserError when it has none, too many, or one of them twice."""
    return _open(text)[0]


def rows_of(text: str, most: int) -> Iterator[SheetRow]:
    """Every row that holds anything. Raises UserError for a file that cannot be taken apart, or has more rows than
    `most`: nothing of it is read then."""
    headers, reader, skipped = _open(text)
    count, begins = 0, reader.line_num
    try:
        for values in reader:
            number, begins = begins + 1 + skipped, reader.line_num
            if not any(value.strip() for value in values):
                continue
            count += 1
            if count > most:
                raise UserError("the file has more than %(most)s rows: split it and import the parts", most=most)
            yield _row(number, headers, values)
    except csv.Error as error:
        raise UserError(
            "we can't read the file from row %(row)s on: a quotation mark may be missing there",
            row=begins + 1 + skipped,
        ) from error


def _open(text: str) -> tuple[tuple[str, ...], _Reader, int]:
    first, _, rest = text.partition("\n")
    said = _SAYS_WHAT_PARTS.fullmatch(first.strip("\r"))
    body, skipped = (rest, 1) if said else (text, 0)
    first = body.partition("\n")[0]
    separator = said[1] if said else max(SEPARATORS, key=_outside_quotes(first).count)
    reader = _Reader(body, separator)
    try:
        headers = tuple(" ".join(header.split()).casefold() for header in next(reader, ()))
    except csv.Error as error:
        raise UserError("we can't read the first row: it has to hold the column headers") from error
    if not any(headers):
        raise UserError("the file is empty: its first row has to hold the column headers")
    if len(headers) > MOST_COLUMNS:
        raise UserError("the file has more than %(most)s columns: leave out what isn't needed", most=MOST_COLUMNS)
    twice = [header for header, count in Counter(filter(None, headers)).items() if count > 1]
    if twice:
        raise UserError("two columns are called %(name)s: rename or delete one of them", name=repr(twice[0][:40]))
    return headers, reader, skipped


class _Reader:
    """csv.reader, with a type."""

    def __init__(self, body: str, separator: str) -> None:
        self._rows = csv.reader(io.StringIO(body, newline=""), delimiter=separator, strict=True)

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        return next(self._rows)

    @property
    def line_num(self) -> int:
        """How many lines were read."""
        return self._rows.line_num


def _row(number: int, headers: Sequence[str], values: Sequence[str]) -> SheetRow:
    cells = {name: _cell(value) for name, value in zip(headers, values, strict=False) if name}
    wrong = None
    if any(value.strip() for value in values[len(headers) :]):
        wrong = UserError("the row has more cells than there are columns: check its separators and quotation marks")
    elif any("\0" in value for value in values):
        wrong = UserError("the row has characters that aren't text: type it again")
    elif any(len(value) > LONGEST_CELL for value in values):
        wrong = UserError("a cell is longer than %(most)s characters: shorten it", most=LONGEST_CELL)
    return SheetRow(number, cells, wrong)


def _cell(value: str) -> str:
    bare = value.strip()
    return bare[1:].strip() if _DEFUSED.match(bare) else bare


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)
