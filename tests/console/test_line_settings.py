"""Oda sees how her line is set, beside what it would be by itself, and where to change it."""

from __future__ import annotations

from tests.console.browser import Browser
from tests.console.conftest import MOST

PAGE = "/console/line/"


def test_each_setting_is_there_with_its_value_and_where_it_stands(oda: Browser) -> None:
    shown = " ".join(oda.opens(PAGE).words.split())
    assert "Crisis number 988 crisis_number · line" in shown
    assert "Languages, the first one first en, es default: en languages · line" in shown
    assert "Longest wait for a peer 2 minutes relay.limit How" in shown
    assert "Wanted cover" in shown


def test_nobodys_own_number_is_shown(oda: Browser) -> None:
    assert "+1" not in oda.opens(PAGE).words


def test_it_takes_few_statements(oda: Browser, statements: list[str]) -> None:
    statements.clear()
    oda.opens(PAGE)
    assert len(statements) <= MOST, statements
