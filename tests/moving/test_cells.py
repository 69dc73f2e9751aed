"""What cells and headers mean, ours and those of other systems. No database."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.core.errors import UserError
from checkin.moving.rules import cells
from checkin.moving.rules.cells import SaidStop
from checkin.moving.rules.kinds import KINDS, columns_in
from checkin.moving.rules.sheets import SheetRow

YAP_SHIFTS = """[{"day":1,"tz":"America/New_York","start_time":"12:00 AM","end_time":"11:59 PM","type":"PHONE"},
{"day":7,"tz":"America/New_York","start_time":"6:00 PM","end_time":"9:00 PM","type":"PHONE,SMS"}]"""


@pytest.mark.parametrize(
    "written", ["+15555550101", "(555) 555-0101", "tel:+15555550101", "1 555 555 0101", "15555550101.0"]
)
def test_numbers_are_read_by_the_lines_country(written: str) -> None:
    assert cells.number(written, "US").e164 == "+15555550101"


def test_a_number_of_another_country() -> None:
    assert cells.number("020 7946 0123", "GB").e164 == "+442079460123"


@pytest.mark.parametrize("written", ["", "72345", "hello", "1.5555550101E+10", "+1666", "555-0101 x12", "anonymous"])
def test_what_is_no_number_is_refused_without_its_digits(written: str) -> None:
    with pytest.raises(UserError) as refused:
        cells.number(written, "US")
    assert not written or written not in str(refused.value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None), ("no", None), ("FALSE", None), ("active", None),
        ("yes", SaidStop(None)), ("True", SaidStop(None)), ("sí", SaidStop(None)),
        ("2026-01-05", SaidStop(datetime(2026, 1, 5, 12, tzinfo=UTC))),
        ("2026-01-05T08:00:00Z", SaidStop(datetime(2026, 1, 5, 8, tzinfo=UTC))),
        ("05/06/2024", SaidStop(None, sure=False)), ("please stop", SaidStop(None, sure=False)),
    ],
)  # fmt: skip
def test_whatever_is_no_plain_no_is_a_stop(written: str, meant: SaidStop | None) -> None:
    assert cells.stop(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18:00", time(18)),
        ("6:00 PM", time(18)),
        ("6pm", time(18)),
        ("12:00 AM", time(0)),
        ("24:00", time(0)),
        ("9.30", time(9, 30)),
    ],
)
def test_times_of_day(written: str, meant: time) -> None:
    assert cells.clock(written) == meant


@pytest.mark.parametrize("written", ["", "25:00", "13 pm", "noon", "0:00 pm"])
def test_times_that_are_none(written: str) -> None:
    with pytest.raises(UserError, match="18:00"):
        cells.clock(written)


def test_days_languages_channels_and_lists() -> None:
    assert cells.days("Mon; Thursday, lunes") == ("mon", "thu")
    assert cells.days("Miércoles/sáb") == ("wed", "sat")
    assert [cells.language(word) for word in ("eng", "en-US", "Español", "es")] == ["en", "en", "es", "es"]
    assert cells.channels("calls; SMS") == ("voice", "text")
    assert cells.listed('["en-US","es"]') == ("en-US", "es")
    with pytest.raises(UserError, match="day of the week"):
        cells.days("someday")
    with pytest.raises(UserError, match="2026-05-17"):
        cells.day("05/06/2024")


def test_shifts_of_a_yap_helpline() -> None:
    sunday, saturday = cells.yap_shifts(YAP_SHIFTS)
    assert (sunday.days, sunday.begins, sunday.channels) == (("sun",), time(0), ("voice",))
    assert (saturday.days, saturday.ends, saturday.channels) == (("sat",), time(21), ())
    assert cells.yap_name('Corey Male ["en-US"]') == "Corey"
    for broken in ("{", "[1]", '[{"day":9}]', '[{"day":1,"start_time":"x","end_time":"y"}]', "[" * 5000):
        with pytest.raises(UserError):
            cells.yap_shifts(broken)


@pytest.mark.parametrize(
    ("kind", "headers", "meant"),
    [
        ("contacts", ("contact[firstname]", "contact[lastname]", "contact[cell]", "contact[optout]", "campaign"),
         {"first_name", "last_name", "number", "stopped"}),
        ("contacts", ("contact uuid", "name", "language", "status", "urn:tel", "field:age", "group:new"),
         {"name", "language", "status", "number"}),
        ("contacts", ("firstname", "lastname", "cell", "zip", "external_id"), {"first_name", "last_name", "number"}),
        ("volunteers", ("name", "number", "gender", "responder", "type", "language", "shift_info"),
         {"name", "number", "channels", "languages", "shift_info"}),
        ("shifts", ("name", "number", "gender", "responder", "type", "language", "shift_info"),
         {"volunteer", "number", "channels", "shift_info"}),
        ("stops", ("cell", "created_at"), {"number", "stopped"}),
    ],
)  # fmt: skip
def test_headers_of_other_systems(kind: str, headers: tuple[str, ...], meant: set[str]) -> None:
    assert set(columns_in(kind, headers).by_header.values()) == meant


def test_what_is_needed_and_missing_is_named_and_ours_goes_first() -> None:
    with pytest.raises(UserError, match="number"):
        columns_in("contacts", ("name",))
    with pytest.raises(UserError, match="begins"):
        columns_in("shifts", ("volunteer",))
    found = columns_in("contacts", ("phone", "number", "cell"))
    assert found.by_header == {"number": "number"}
    assert found.unread == ("phone", "cell")
    assert found.ours(SheetRow(2, {"number": "1", "phone": "2"})).cells == {"number": "1"}


def test_every_kind_reads_the_columns_that_it_writes() -> None:
    for kind, known in KINDS.items():
        assert set(columns_in(kind, known.out).by_header) == set(known.out), kind


@given(st.text(max_size=60))
def test_any_cell_is_read_or_refused_in_words(written: str) -> None:
    for reading in (cells.day, cells.clock, cells.days, cells.channels, cells.whole, cells.yes, cells.yap_shifts):
        try:
            reading(written)
        except UserError:
            continue
    cells.stop(written), cells.listed(written), cells.language(written), cells.yap_name(written)
