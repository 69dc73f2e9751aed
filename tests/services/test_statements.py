"""No text and no turn of a call takes more than eight SQL statements."""

from __future__ import annotations

import pytest

from checkin.stories.samples import load_samples
from tests.cast import ANA, BEN, VEE
from tests.make import volunteer
from tests.services.conftest import MOST, shown
from tests.the_line import TheLine

FIRST = MOST + 1
"""Whoever is new gets a key of their own, which stands in a table apart: one row more, once."""

pytestmark = pytest.mark.both

TALKS = {
    "hello and the menu": ["hi", "what", "MENU", "9"],
    "a check-in": ["CHECKIN", "2", "no", "yes"],
    "a good day": ["CHECKIN", "5", "yes"],
    "a message": ["MESSAGE", "please call me", "DONE"],
    "a story": ["STORY", "1", "NEXT", "ANOTHER", "THANKS"],
    "an own story": ["SHARE", "yes", "1", "it was a long winter", "DONE", "1", "1", "yes"],
    "a peer": ["PEER", "are you there", "DONE"],
    "stop and start": ["hi", "STOP", "hello", "START"],
    "a crisis": ["hi", "i want to die", "HELP"],
}
CALLS = {
    "a check-in": "341",
    "a story": "2112*",
    "a peer": "1",
    "the other language": "9*",
    "what nobody offers": "888",
}


@pytest.fixture(autouse=True)
def _a_line_with_stories_and_vee(line: TheLine) -> None:
    load_samples(line.runtime, "default")
    line.runtime.do(lambda uow: volunteer(uow, VEE, "Vee", lead=True))


@pytest.mark.parametrize("talk", TALKS)
def test_a_text(line: TheLine, statements: list[str], talk: str) -> None:
    for number, body in enumerate(TALKS[talk]):
        statements.clear()
        line.answers(ANA, body)
        most = MOST if number else FIRST
        assert len(statements) <= most, f"{body}:\n{shown(statements)}"


@pytest.mark.parametrize("attested", [True, False])
@pytest.mark.parametrize("way", CALLS)
def test_a_turn_of_a_call(line: TheLine, statements: list[str], way: str, *, attested: bool) -> None:
    ben = line.rings(BEN, attested=attested)
    assert len(statements) <= MOST, shown(statements)
    for key in CALLS[way]:
        statements.clear()
        ben.presses(key)
        assert len(statements) <= MOST, f"{key}:\n{shown(statements)}"
