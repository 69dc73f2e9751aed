"""What a text costs. The numbers are the standard's (3GPP TS 23.038 and 23.040)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.words.segments import count_segments, encoding, outside, split
from tests.examples import examples


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("é" * 160, 1),
        ("ñ¿¡ü" * 40, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 134, 2),
        ("á" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("[]" * 40, 1),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 153 + "€" + "a" * 151, 2),
        ("á" * 66 + "😀" + "á" * 66, 3),
    ],
)
def test_segments_are_counted_as_the_network_counts_them(text, segments):
    assert count_segments(text) == segments


@pytest.mark.parametrize(
    ("text", "kind", "why"),
    [
        ("Would you like to talk?", "GSM-7", ()),
        ("¿Qué le gustaría?", "UCS-2", ("í",)),
        ("It’s fine", "UCS-2", ("’",)),
        ("à é ù ñ", "GSM-7", ()),
        ("á ó á", "UCS-2", ("á", "ó")),
    ],
)
def test_one_strange_character_changes_the_whole_text(text, kind, why):
    assert encoding(text) == kind
    assert outside(text) == why


def test_a_long_text_is_cut_where_sentences_end():
    story = "I was there once. It took me a year! Was it easy? It was not. " * 12
    parts = split(story, 2, "Reply NEXT")
    assert len(parts) > 1
    assert all(part[-1] in ".!?" for part in parts)
    assert all(count_segments(f"{part}\nReply NEXT") <= 2 for part in parts)
    assert " ".join(parts) == story.strip()


def test_a_text_without_sentences_is_cut_between_words():
    parts = split("word " * 200, 1)
    assert all(count_segments(part) == 1 for part in parts)
    assert " ".join(parts) == ("word " * 200).strip()


@settings(max_examples=examples(200))
@given(st.text(max_size=900), st.integers(1, 3), st.sampled_from(["", "Reply NEXT for more, or STOP READING."]))
def test_nothing_is_lost_and_no_part_is_too_long(text, most, room):
    parts = split(text, most, room)
    assert "".join("".join(parts).split()) == "".join(text.split())
    for part in parts:
        assert count_segments(f"{part}\n{room}" if room else part) <= most


@given(st.text(max_size=400))
def test_more_words_never_cost_less(text):
    assert count_segments(text) <= count_segments(text + "a")
