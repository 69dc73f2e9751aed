"""Bars and the grid of a week: every word is there as it is, the longest bar is the longest, nothing small is told."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from checkin.core import bars

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def test_the_longest_bar_is_the_largest_value() -> None:
    drawing = drawn(bars.rows("Conversations with volunteers", [("Vee", 4), ("Val", 2), ("Zoe", 0)]))
    wide = [float(bar.attrib["width"]) for bar in drawing.iter("rect")]
    assert wide[0] == pytest.approx(2 * wide[1])
    assert len(wide) == 2, "nothing has no bar"
    assert [text.text for text in drawing.iter("text")] == ["Vee", "4", "Val", "2", "Zoe", "0"]
    assert drawing.attrib["aria-label"] == "Conversations with volunteers"


def test_what_is_kept_back_has_no_bar_and_says_so() -> None:
    drawing = drawn(bars.rows("x", [("Ana’s week", None)]))
    assert not list(drawing.iter("rect"))
    assert [text.text for text in drawing.iter("text")][1] == "<5"


def test_hostile_names_are_words() -> None:
    hostile = '"><script>x</s>'
    assert "<script>" not in bars.rows(hostile, [(hostile, 1)])
    assert next(drawn(bars.rows("x", [(hostile, 1)])).iter("text")).text == hostile


def test_a_week_is_darker_where_there_is_more() -> None:
    counts: list[list[int | None]] = [[0] * 24 for _ in range(7)]
    counts[0][3], counts[6][23], counts[1][0] = 10, 1, None
    cells = list(drawn(bars.week("missed", counts, DAYS)).iter("rect"))
    assert len(cells) == 7 * 24
    assert [cells[place].attrib["class"] for place in (3, 167, 24, 5)] == ["shade5", "shade1", "shade1", "shade0"]
    assert cells[3].find("title").text == "Mon 03:00: 10"  # type: ignore[union-attr]


def test_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="7 days of 24 hours"):
        bars.week("x", [[0] * 24] * 6, DAYS)


def test_a_value_that_has_an_end_of_its_own_fills_the_bar_only_there() -> None:
    [found] = drawn(bars.rows("Moods", [("2 Mar", 1.0)], whole=5)).iter("rect")
    [five] = drawn(bars.rows("Moods", [("2 Mar", 5.0)], whole=5)).iter("rect")
    assert float(five.attrib["width"]) == pytest.approx(5 * float(found.attrib["width"]))
