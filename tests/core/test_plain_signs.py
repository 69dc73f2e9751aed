"""Curly quotes and long dashes never make a text of ours cost twice, and nobody's letters are changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words.segments import BASIC, EXTENSION, SIGNS, as_sent, count_segments, encoding

SEVEN_BIT = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=200)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("It’s “fine” – really…", 'It\'s "fine" - really...'),
        ("10\u00a0am\u202f– 6\u00a0pm", "10 am - 6 pm"),
        ("«Qué tal» — ñandú", "«Qué tal» — ñandú"),
        ("¿Qué tal… señor?", "¿Qué tal... señor?"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("“sí”", "“sí”"),
        ("good… 😀", "good… 😀"),
        ("…" * 60, "…" * 60),
        ("\u200b", "\u200b"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_signs_are_plain_where_that_makes_it_seven_bits(written: str, sent: str) -> None:
    assert as_sent(written) == sent


def test_a_typed_apostrophe_costs_one_segment_instead_of_three() -> None:
    text = "I’m " + "a" * 150
    assert (count_segments(text), count_segments(as_sent(text))) == (3, 1)


def test_every_plain_sign_is_in_the_alphabet() -> None:
    assert {encoding(plain) for plain in SIGNS.values()} == {"GSM-7"}
    assert not any(sign.isalnum() for sign in SIGNS)


@given(st.text(max_size=200) | st.text(st.sampled_from([*SIGNS, *"abc ñí€"]), max_size=60))
def test_no_letter_or_digit_ever_changes_and_it_never_costs_more(text: str) -> None:
    sent = as_sent(text)
    assert [char for char in sent if char.isalnum()] == [char for char in text if char.isalnum()]
    assert count_segments(sent) <= count_segments(text)
    assert bool(sent) == bool(text)
    assert as_sent(sent) == sent


@given(SEVEN_BIT)
def test_what_is_in_the_alphabet_is_left_alone(text: str) -> None:
    assert as_sent(text) == text
