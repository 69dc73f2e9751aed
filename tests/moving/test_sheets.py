"""Files from everywhere are read, or refused with what to do; no row is dropped without a word. No database."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.core.errors import UserError
from checkin.moving.moving_in import BYTES_FROM_A_TERMINAL, read, text_in
from checkin.moving.rules.sheets import SheetRow, headers_of, rows_of, text_of
from checkin.web import csv_export

PLAIN = "number,name\r\n+15555550101,José\r\n+15555550102,Ben\r\n"


def rows(text: str, most: int = 100) -> list[SheetRow]:
    return list(rows_of(text, most))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    found = rows(text_of(PLAIN.encode(encoding)))
    assert [row.of("name") for row in found] == ["José", "Ben"]
    assert [row.number for row in found] == [2, 3]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_every_usual_separator_is_read(separator: str) -> None:
    text = PLAIN.replace(",", separator)
    assert rows(text)[0].cells == {"number": "+15555550101", "name": "José"}
    assert rows(f"sep={separator}\n{text}")[0].number == 3


def test_what_our_own_tables_defuse_comes_back_as_it_was() -> None:
    said = ["+15555550101", "=1+1", "@home", "-5", "plain", "'quoted", "two\nlines", 'a "word"', "% off"]
    text = csv_export.written(("a", "b"), [(word, "x") for word in said])
    assert [row.of("a") for row in rows(text.removeprefix("\ufeff"))] == said


def test_a_row_with_too_many_cells_or_a_nul_is_named_and_keeps_nobody_out() -> None:
    found = rows("number,name\n1,2,3\n4,a\0b\n5,c\n\n  ,\n6,d\n")
    assert [(row.number, row.wrong is None) for row in found] == [(2, False), (3, False), (4, True), (7, True)]


def test_a_cell_of_several_lines_counts_as_an_editor_does() -> None:
    found = rows('number,name\n1,"two\nlines"\n2,b\n')
    assert [row.number for row in found] == [2, 4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        ("number,Number\n1,2\n", "two columns"),
        ('number,name\n1,"open\n2,b\n', "row 2"),
        ('"number,name\n1,b', "first row"),
        ("number\n1\n2\n3\n", "more than 2 rows"),
        (",".join(map(str, range(501))) + "\n1", "more than 500 columns"),
    ],
)
def test_what_cannot_be_read_is_refused_as_a_whole(text: str, why: str) -> None:
    with pytest.raises(UserError, match=why):
        rows(text, 2)


@pytest.mark.parametrize(
    ("content", "why"), [(b"PK\x03\x04rest", "workbook"), (b"\x81\x8d\xff", "encoded"), (b"\xff\xfe\x00", "encoded")]
)
def test_what_is_no_text_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(UserError, match=why):
        text_of(content)


def test_a_million_rows_and_fifty_megabytes_are_refused_at_once() -> None:
    begun = time.perf_counter()
    with pytest.raises(UserError, match="more than 2000 rows"):
        read("contacts", "number\n" + "+15555550101\n" * 1_000_000, 2000)
    with pytest.raises(UserError, match="larger than 50 MB"):
        text_in(b"x" * (BYTES_FROM_A_TERMINAL + 1), BYTES_FROM_A_TERMINAL)
    with pytest.raises(UserError, match="column"):
        headers_of("," * 1_000_000)
    assert time.perf_counter() - begun < 8


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    try:
        found = rows(text_of(content))
    except UserError:
        return
    assert all(row.number > 1 for row in found)
