"""What one run did not repeat stands in the table as it was."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.promises import Outcome
from tests.faults.running import Row
from tests.faults.saved import BEGIN, END, read, save_rows

BOTH = ("sqlite", "postgresql")
NAMES = ("nothing goes wrong", "Redis flushed", "busy (429)")
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def row(fault: str, database: str, once: int = 18, lost: int = 0) -> Row:
    why = Counter({"opted out": 3, "quiet hours: it is 03:12 in Asia/Kolkata, texts go 10:00-18:00": 2})
    why["quiet hours: it is 03:13 in Asia/Kolkata, texts go 10:00-18:00"] = 1
    return Row(fault, database, Outcome(24, once, 6, 0, lost, 0, 0, why), 12.4)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    made = tmp_path / "faults.md"
    made.write_text(f"Before.\n\n{BEGIN}{END}\n\nAfter.\n")
    return made


def test_rows_of_an_earlier_run_stay_with_their_day(page: Path) -> None:
    save_rows(page, [row("busy (429)", "sqlite"), row("nothing goes wrong", "postgresql")], NAMES, BOTH, MONDAY)
    save_rows(
        page, [row("busy (429)", "sqlite", once=17, lost=1), row("busy (429)", "postgresql")], NAMES, BOTH, TUESDAY
    )
    found = [
        (item.fault, item.database, item.counts[1], item.counts[4], item.run_on) for item in read(page.read_text())
    ]
    assert found == [
        ("nothing goes wrong", "postgresql", "18", "0", "2026-03-02"),
        ("busy (429)", "sqlite", "17", "1", "2026-03-03"),
        ("busy (429)", "postgresql", "18", "0", "2026-03-03"),
    ]


def test_why_nobody_got_anything_is_kept_in_words_and_the_hour_of_the_run_is_not(page: Path) -> None:
    for day, database in ((MONDAY, "sqlite"), (TUESDAY, "postgresql")):
        save_rows(page, [row("busy (429)", database)], NAMES, BOTH, day)
    night = "quiet hours: it is night where they are, texts go 10:00-18:00"
    assert [item.reasons for item in read(page.read_text())] == [{"opted out": 3, night: 3}] * 2
    assert page.read_text().startswith("Before.\n")
    assert page.read_text().endswith("After.\n")


def test_a_fault_that_is_no_more_leaves_the_table(page: Path) -> None:
    save_rows(page, [row("Redis flushed", "sqlite")], NAMES, BOTH, MONDAY)
    save_rows(page, [row("busy (429)", "sqlite")], ("busy (429)",), BOTH, TUESDAY)
    assert [item.fault for item in read(page.read_text())] == ["busy (429)"]


def test_the_page_of_the_docs_can_be_read() -> None:
    page = Path(__file__).parents[2] / "docs" / "faults.md"
    rows = read(page.read_text())
    assert {item.fault for item in rows} <= {fault.name for fault in FAULTS}
    assert len({(item.fault, item.database) for item in rows}) == len(rows) > 0
    assert [item for item in rows if set(item.counts[3:7]) != {"0"}] == [], "a broken promise stands in the docs"
