"""Words made fit to leave."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from checkin.telephony.plain import aloud, fit, shortened, tidy


@given(st.text(st.characters()))
def test_what_is_fit_is_well_formed_and_said_twice_is_the_same(text: str) -> None:
    root = ElementTree.Element("Say")
    root.text = fit(text)

    assert ElementTree.fromstring(ElementTree.tostring(root)).tag == "Say"
    assert fit(fit(text)) == fit(text)


def test_what_no_document_can_hold_is_dropped_and_the_rest_stays() -> None:
    assert fit("a\x00b\x0bc\ud800d\ufffee\x7ff") == "abcdef"
    assert fit("año 😀 語 ‏") == "año 😀 語 ‏"


def test_tidy_words_have_one_kind_of_line_end_and_no_ragged_edges() -> None:
    assert tidy("  Hello \r\nthere\r\r\r\n\n\nyou\u2028all  ") == "Hello\nthere\n\nyou\nall"


@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


def test_what_is_read_aloud_is_one_line() -> None:
    assert aloud(" Hello\n\n  there.\tYou ") == "Hello there. You"


def test_words_are_shortened_after_a_sentence_if_there_is_one() -> None:
    assert shortened("One. Two. Three.", 20) == "One. Two. Three."
    assert shortened("One is here. Two is here. Three is here.", 30) == "One is here. Two is here."
    assert shortened("no sentence ends in here at all", 11) == "no sentence"
