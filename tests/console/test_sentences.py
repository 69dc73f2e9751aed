"""Oda finds a sentence by its words, sees it in every language, and changes it in place: into the draft of its flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.console.browser import Browser, Shown
from tests.console.conftest import MOST
from tests.console.flow_pages import has_few_conversations, kept, live
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER
from tests.the_line import TheLine

PAGE = "/console/sentences/"


@pytest.fixture(autouse=True)
def _the_line_runs(line: TheLine, tmp_path: Path) -> None:
    has_few_conversations(line, tmp_path / "flows")
    line.runtime.start()


def changes(browser: Browser, words: str, before: str = OFFER, language: str = "en") -> Shown:
    return browser.sends(
        f"{PAGE}change",
        flow="check_in",
        key="offer.ask.text",
        language=language,
        before=before,
        words=words,
        q="peer now",
    )


def test_she_finds_a_sentence_in_both_languages_with_where_it_is_and_what_it_takes(oda: Browser) -> None:
    shown = oda.opens(f"{PAGE}?q=PEER+now")
    assert OFFER in shown.words
    assert "¿Quiere hablar con alguien ahora?" in shown.words
    assert 'href="/console/flows/check_in"' in shown.html
    assert "1 segment" in shown.words
    assert OFFER not in oda.opens(f"{PAGE}?q=qxz").words
    assert OFFER in oda.opens(f"{PAGE}?q=hablar+cón+álguien+ahora").words, "whatever the accents"


def test_those_that_no_flow_says_are_there_too(oda: Browser) -> None:
    assert "words.yaml" in oda.opens(f"{PAGE}?source=words").words
    assert "You're on duty" in oda.opens(f"{PAGE}?source=team&q=duty").words


def test_a_changed_sentence_is_in_the_draft_with_everything_else_as_it_was(line: TheLine, oda: Browser) -> None:
    before = live(line)
    said = changes(oda, OTHER)
    assert "Saved in the draft of check_in" in said.words
    assert OTHER in said.words
    assert kept(line) == CHECK_IN.replace(OFFER, OTHER), "comments and layout, too"
    assert live(line) == before
    changes(oda, "¿Le buscamos a alguien?", "¿Quiere hablar con alguien ahora?", "es")
    assert "¿Le buscamos a alguien?" in (kept(line) or "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{{ contact.nam }}?", "contact.nam"),
        ("{{ oops", "braces"),
        ("  ", "be empty"),
    ],
)
def test_what_would_break_the_flow_is_said_and_not_kept(line: TheLine, oda: Browser, words: str, told: str) -> None:
    shown = changes(oda, words)
    assert shown.status == 422
    assert told in shown.words
    assert kept(line) is None


def test_nobody_changes_a_sentence_that_is_another_by_now(line: TheLine, oda: Browser) -> None:
    changes(oda, OTHER)
    assert "has changed this sentence" in changes(oda, "Mine?").words
    assert OTHER in (kept(line) or "")
    assert (
        "has changed this sentence" in oda.sends(f"{PAGE}change", flow="check_in", key="no.such", language="en").words
    )


def test_it_takes_few_statements(oda: Browser, statements: list[str]) -> None:
    changes(oda, OTHER)
    oda.opens(PAGE)
    statements.clear()
    oda.opens(PAGE)
    assert len(statements) <= MOST, statements
