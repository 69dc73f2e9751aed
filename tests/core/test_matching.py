"""Answers as people give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words.folding import clean, fold, one_typo
from flows.words.matching import Option, match_choice, match_number, match_phone, match_time, match_yes_no
from tests.core.small import library

KNOWN = library().answers
MENU = (
    Option(
        "peer", "1", ("talk with a peer", "peer", "talk", "hablar con un par"), ("talk with a peer", "peer", "talk")
    ),
    Option("story", "2", ("hear a story", "story", "listen", "una historia"), ("hear a story", "story", "listen")),
    Option("message", "4", ("leave a message", "message", "dejar un mensaje"), ("leave a message", "message")),
)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("1", "peer"), (" 1. ", "peer"), ("#2", "story"), ("one", "peer"), ("dos", "story"),
        ("option 2 please", "story"),
        ("i guess 4", "message"), ("Peer", "peer"), ("TALK", "peer"), ("talk with a peer", "peer"),
        ("I want to talk to someone", "peer"), ("hear a story!", "story"), ("a message please", "message"),
        ("lis", "story"), ("mess", "message"), ("mesage", "message"), ("sotry", "story"), ("lsiten", "story"),
        ("una historia", "story"), ("hablar con un par", "peer"),
    ],
)  # fmt: skip
def test_a_choice_is_understood(answer, name):
    assert match_choice(answer, MENU, KNOWN) == name


@pytest.mark.parametrize(
    "answer",
    [
        "", "3", "9", "banana", "a", "me", "peer or story", "I don't want to talk", "no message", "1 or 2", "12", "?",
        "well the story of how I came here is long and I do not know where to begin but let me try",
    ],
)  # fmt: skip
def test_what_could_mean_two_things_or_none_is_asked_again(answer):
    assert match_choice(answer, MENU, KNOWN) is None


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("2", 2), (" 2 ", 2), ("2!", 2), ("2/5", 2), ("2 out of 5", 2), ("5/5", 5), ("a 2 i guess", 2),
        ("two i guess", 2),
        ("about three", 3), ("dos", 2), ("un 3", 3), ("maybe a 4?", 4), ("٣", 3), ("1 (very low)", 1),
    ],
)  # fmt: skip
def test_a_number_is_understood(answer, number):
    assert match_number(answer, 1, 5, KNOWN) == number


@pytest.mark.parametrize(
    "answer",
    ["", "0", "6", "22", "2.5", "2,5", "between 2 and 3", "two or five", "fine", "-", "555", "10/10", "9" * 50],
)
def test_what_is_no_number_of_the_range_is_asked_again(answer):
    assert match_number(answer, 1, 5, KNOWN) is None


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("yes", True), ("Y", True), ("YES!!", True), ("yes please", True), ("sí", True), ("Si", True), ("👍", True),
        ("👍🏽", True), ("1", True), ("ok", True), ("yeah sure", True), ("no", False), ("N", False), ("nope", False),
        ("no thanks", False), ("No, gracias", False), ("2", False), ("👎", False), ("not now", False),
        ("maybe", None), ("", None), ("yes and no", None), ("3", None), ("I do not know", None),
        ("it is hard to say", None),
    ],
)  # fmt: skip
def test_yes_is_yes_and_no_is_no(answer, meant):
    assert match_yes_no(answer, KNOWN) is meant


@pytest.mark.parametrize(
    ("answer", "clock"),
    [
        ("9", "09:00"), ("9:30", "09:30"), ("9.30 pm", "21:30"), ("21:30", "21:30"), ("2130", "21:30"),
        ("noon", "12:00"),
        ("medianoche", "00:00"), ("8 in the evening", "20:00"), ("a las 8 de la tarde", "20:00"), ("12am", "00:00"),
        ("12 pm", "12:00"), ("6", "18:00"), ("6 am", "06:00"), ("5 a.m.", "05:00"), ("18h30", "18:30"),
        ("25", None), ("9:75", None), ("930", None), ("soon", None), ("", None), ("13 pm", "13:00"),
    ],
)  # fmt: skip
def test_a_time_of_day_is_understood(answer, clock):
    assert match_time(answer) == clock


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("555-555-0100", "+15555550100"), ("(555) 555 0100", "+15555550100"), ("+1 555 555 0100", "+15555550100"),
        ("my number is 5555550100", "+15555550100"), ("+44 20 7946 0958", "+442079460958"), ("123", None), ("", None),
        ("call me", None), ("5555550100" * 9, None),
    ],
)  # fmt: skip
def test_a_telephone_number_is_understood(answer, number):
    assert match_phone(answer, ("US", "CA")) == number


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Menú", "menu"), ("  HELLO,   world!! ", "hello world"), ("don't", "dont"), ("DON’T", "dont"),
        ("a-b_c", "a b c"),
        ("ÑANDÚ", "nandu"), ("👍🏽", "👍"), ("Straße", "strasse"), ("...", ""), ("１２", "12"),
    ],
)  # fmt: skip
def test_words_are_folded(written, folded):
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("written", "meant", "close"),
    [
        ("story", "story", True), ("stroy", "story", True), ("stor", "story", True), ("storyy", "story", True),
        ("stary", "story", True), ("tsroy", "story", False), ("sto", "story", False), ("", "a", True),
        ("", "ab", False),
    ],
)  # fmt: skip
def test_one_slip_is_forgiven(written, meant, close):
    assert one_typo(written, meant) is close
    assert one_typo(meant, written) is close


def test_what_cannot_be_seen_is_taken_out_and_too_much_is_cut():
    assert clean("st\u200bop\x00\r\n\ud800") == "stop"
    assert len(clean("x" * 5000)) == 1600
    assert clean("one\r\ntwo") == "one\ntwo"


@given(st.text(max_size=300))
def test_any_answer_is_looked_at(answer):
    match_choice(answer, MENU, KNOWN)
    match_number(answer, 1, 5, KNOWN)
    match_yes_no(answer, KNOWN)
    match_time(answer)
    match_phone(answer, ("US",))
    fold(clean(answer))
