"""Oda talks with a draft before anybody meets it; nothing of that is stored or sent."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from checkin.messages.models import Conversation
from tests.console.browser import Browser, Shown
from tests.services.test_publishing import CHECK_IN, OFFER, OTHER
from tests.the_line import TheLine

FLOW = "/console/flows/check_in"
HIDDEN = re.compile(r'<input type="hidden" name="(channel|spoken|at|moves|details)" value="([^"]*)"')


@pytest.fixture(autouse=True)
def _a_draft(line: TheLine, oda: Browser) -> None:
    line.runtime.start()
    oda.sends(f"{FLOW}/edit", source=CHECK_IN.replace(OFFER, OTHER), revision=0)


def goes_on(oda: Browser, page: Shown, **fields: str) -> Shown:
    carried = {name: unescape(value) for name, value in HIDDEN.findall(page.html)}
    return oda.sends(f"{FLOW}/try", **{**carried, **fields})


def test_by_text_the_draft_says_its_own_words(line: TheLine, oda: Browser) -> None:
    page = oda.opens(f"{FLOW}/try")
    assert "This is the draft." in page.words
    page = goes_on(oda, page, words="1")
    assert OTHER in page.words
    page = goes_on(oda, page, words="no")
    assert OTHER in page.words, "everything that was said is still there"
    assert "The conversation ended: they answered" in goes_on(oda, page, words="no").words
    assert line.runtime.read(lambda session: session.scalar(select(func.count()).select_from(Conversation))) == 0
    assert line.network.texts == []


def test_by_call_keys_are_pressed(oda: Browser) -> None:
    page = oda.sends(f"{FLOW}/try", channel="voice", again="1")
    assert "How are you today" in page.words
    page = goes_on(oda, page, move="/press 1")
    assert OTHER in page.words
    assert "The conversation ended: they answered" in goes_on(oda, page, move="/hangup").words
    oda.sends("/look", language="es", back=f"{FLOW}/try")
    assert "La conversación terminó: respondió" in goes_on(oda, page, move="/hangup").words


def test_in_spanish_with_what_it_does(oda: Browser) -> None:
    page = oda.sends(f"{FLOW}/try", channel="sms", spoken="es", details="1", again="1")
    assert "check_in.mood" in page.words
    assert "¿" in page.words


def test_it_can_be_kept_as_a_conversation_that_is_played(oda: Browser) -> None:
    page = goes_on(oda, oda.opens(f"{FLOW}/try"), words="1")
    assert "them: '1'" in unescape(page.html) or 'them: "1"' in unescape(page.html)


@pytest.mark.parametrize("moves", ["[", "{}", "[1, null]", '["/nothing", "/quit", "/wait 9h", "<script>"]', "x" * 100])
def test_what_was_tampered_with_breaks_nothing(oda: Browser, moves: str) -> None:
    shown = oda.sends(f"{FLOW}/try", channel="fax", spoken="xx", at="yesterday", moves=moves, words="1")
    assert shown.status == 200
    assert "<script>" not in shown.html.replace("<script src", "")


def test_a_talk_without_end_is_ended(oda: Browser) -> None:
    shown = oda.sends(f"{FLOW}/try", moves=str(["1"] * 100).replace("'", '"'), words="1")
    assert shown.status == 422
    assert "start over" in shown.words


def test_the_conversations_are_played_with_the_draft(oda: Browser) -> None:
    assert "Run" in oda.opens(f"{FLOW}/tests").words
    shown = oda.opens(f"{FLOW}/tests?run=1").words
    assert re.search(r"[1-9]\d* conversations failed", shown)
    assert OTHER in shown
    assert re.search(r"0 conversations failed", oda.opens("/console/flows/tip/tests?run=1").words)
