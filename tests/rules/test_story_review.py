"""What a checklist lets through, and what it asks for first."""

from __future__ import annotations

import pytest

from checkin.core.errors import UserError
from checkin.stories.rules import OnYes, check_answers, in_the_way, needs_care

ON_YES: dict[str, OnYes] = {"method": "refuse", "heavy": "note", "crisis": "care"}
NO = dict.fromkeys(ON_YES, "no")


def test_every_question_wants_an_answer_and_each_missing_one_is_named() -> None:
    with pytest.raises(UserError, match="heavy, crisis"):
        check_answers(list(ON_YES), {"method": "no"})
    with pytest.raises(UserError, match="no question 'weather'"):
        check_answers(list(ON_YES), {**NO, "weather": "no"})
    with pytest.raises(UserError, match="enter no, cut or yes"):
        check_answers(list(ON_YES), {**NO, "method": "maybe"})


def test_answers_are_read_however_they_are_typed() -> None:
    assert check_answers(list(ON_YES), {"method": " CUT ", "heavy": "No", "crisis": "yes"}) == {
        "method": "cut", "heavy": "no", "crisis": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "note", "held"),
    [
        ({}, "", []),
        ({"method": "cut"}, "", []),
        ({"method": "yes"}, "a note does not help", ["method"]),
        ({"heavy": "yes"}, "", ["heavy"]),
        ({"heavy": "yes"}, "  ", ["heavy"]),
        ({"heavy": "yes"}, "It speaks of a death.", []),
        ({"crisis": "yes", "heavy": "yes"}, "", ["heavy", "crisis"]),
    ],
)
def test_what_stands_in_the_way(answers: dict[str, str], note: str, held: list[str]) -> None:
    assert in_the_way(ON_YES, check_answers(list(ON_YES), {**NO, **answers}), note) == held


def test_a_teller_in_danger_needs_somebody_now() -> None:
    assert needs_care(ON_YES, check_answers(list(ON_YES), {**NO, "crisis": "yes"}))
    assert not needs_care(ON_YES, check_answers(list(ON_YES), {**NO, "method": "yes", "crisis": "cut"}))
