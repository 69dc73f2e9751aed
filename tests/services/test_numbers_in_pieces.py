"""A number split over several texts crosses a relay no more than a whole one."""

from __future__ import annotations

import pytest

from tests.cast import ANA, VEE
from tests.services.phones import relay, volunteers
from tests.services.test_text_relays import ana_asks, newest
from tests.the_line import TheLine


@pytest.fixture
def together(line: TheLine) -> TheLine:
    """Ana and Vee text with each other."""
    volunteers(line, VEE)
    ana_asks(line)
    line.answers(VEE, f"TAKE {relay(line).number}")
    line.carries_out()
    return line


@pytest.mark.parametrize("from_", [ANA, VEE])
@pytest.mark.parametrize(
    "texts", [("555 010", "4477"), ("my number starts with 555", "then 010", "and 4477"), tuple("5550104477")]
)
def test_a_number_split_over_texts_is_held_at_the_last(
    line: TheLine, together: TheLine, from_: str, texts: tuple[str, ...]
) -> None:
    *sooner, last = texts
    for words in sooner:
        line.answers(from_, words)
        line.clock.forward(seconds=5)
    told = line.answers(from_, last)
    assert "didn't pass on" in told if from_ == ANA else "took a phone number out" in told
    assert newest(line, VEE if from_ == ANA else ANA).endswith("(number left out)")


def test_digits_that_come_later_or_from_the_other_side_are_no_number(line: TheLine, together: TheLine) -> None:
    line.answers(ANA, "I had 555 010")
    line.clock.forward(seconds=61)
    assert line.answers(ANA, "4477") == ""
    assert line.answers(VEE, "010 447") == ""
    assert newest(line, ANA) == "Peer: 010 447"


def test_what_ana_split_while_she_waited_is_no_way_round(line: TheLine) -> None:
    volunteers(line, VEE)
    ana_asks(line)
    for words in ("555 010", "4477"):
        line.answers(ANA, words)
        line.clock.forward(seconds=5)
    assert line.answers(VEE, "TAKE").endswith("555 010\n(number left out)")
