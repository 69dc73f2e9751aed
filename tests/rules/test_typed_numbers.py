"""A number typed into a relay is held back, however it is disguised; ordinary talk passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkin.rules.typed_numbers import find_numbers, without_numbers

HELD = [
    "555-555-0101",
    "5555550101",
    "+1 (555) 555-0101",
    "1.555.555.0101",
    "5 5 5 5 5 5 0 1 0 1",
    "555_555_0101",
    "555/555/0101",
    "555 0101",
    "five five five, five five five, oh one oh one",
    "FIVE five 5 fifty-five five zero one zero one",
    "555five55five0101",
    "5O5 55O lOl5 0",
    "double five five 555 0101",
    "cinco cinco cinco, cinco cinco cinco cero uno cero uno",
    "555 dash 555 dash 0101",
    "555 then 555 then 0101",
    "five hundred fifty five 5550101",
    "\u0665\u0665\u0665\u0665\u0665\u0665\u0660\u0661\u0660\u0661",
    "\uff15\uff15\uff15\uff15\uff15\uff15\uff10\uff11\uff10\uff11",
    "5\u20e35\u20e35\u20e35\u20e35\u20e35\u20e30\u20e31\u20e30\u20e31\u20e3",
    "(555)\n555\n0101",
    "$5555550101",
    "+44 7911 123456",
    "06 12 34 56 78",
]
PASSES = [
    "I am 45 days sober",
    "I was clean from 2015 to 2018, then 2020-2022",
    "I have been here since 2026-11-22 at 10:30",
    "on 11/22/2026 at 9:15, and again on 12/24/2026",
    "one two three four five six seven, and breathe",
    "10 9 8 7 6 5 4 3 2 1",
    "1 2 3 4 5 6 7 8",
    "It cost me $120,000 and 45% of my pay",
    "call 988 or 911",
    "my kids are 7, 9 and 11, we live on 5th",
    "I took 2, then 3, then 10, and slept",
    "o oh I see, lol",
    "I will, I will, I will",
    "one day at a time, one hour at a time",
    "",
]


@pytest.mark.parametrize("number", HELD)
def test_a_number_is_found_in_the_middle_of_a_message(number):
    assert without_numbers(f"call me: {number} thanks", "[...]").startswith("call me: ")
    assert find_numbers(number)
    left = without_numbers(f"call me: {number} thanks", "[...]")
    assert left.endswith("thanks")
    assert "[...]" in left
    assert sum(letter.isdigit() for letter in left) == 0


@pytest.mark.parametrize("words", PASSES)
def test_ordinary_talk_passes(words):
    assert find_numbers(words) == ()
    assert without_numbers(words, "[...]") == words


def test_two_numbers_in_one_message():
    assert without_numbers("555-555-0101 or, at work, 555-555-0102.", "[...]") == "[...] or, at work, [...]."


def test_help_lines_may_be_named():
    words = "SAMHSA is at 1-800-662-4357, my own number 555-555-0101"
    assert without_numbers(words, "[...]", ["+18006624357"]) == "SAMHSA is at 1-800-662-4357, my own number [...]"


def test_a_number_glued_to_letters_and_a_very_long_message_are_no_way_round():
    assert without_numbers("ana5555550101", "[...]") == "ana[...]"
    assert find_numbers("7" * 20_000)
    assert find_numbers("so " * 5_000 + "555-555-0101")


@given(
    digits=st.text("23456789", min_size=10, max_size=10),
    between=st.lists(st.sampled_from(["", " ", "-", ".", " - ", "\u2022", "\n"]), min_size=9, max_size=9),
    around=st.text(st.characters(exclude_categories=["Nd", "No", "Nl"]), max_size=20),
)
def test_no_spacing_hides_a_number(digits, between, around):
    number = "".join(digit + gap for digit, gap in zip(digits, [*between, ""], strict=True))
    if len(set(digits)) > 2:
        assert find_numbers(f"{around} . {number}")


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_without_error_and_places_are_true(text):
    for found in find_numbers(text):
        assert 0 <= found.start < found.end <= len(text)
    assert without_numbers(text, "") == text or find_numbers(text)
