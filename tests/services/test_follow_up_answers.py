"""An answer to a text of ours counts: it reaches a person, at once and with a timer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from checkin.contacts.models import Contact
from checkin.followups import series
from checkin.volunteers.models import Alert
from tests import make
from tests.cast import ANA, ODA, VEE
from tests.services.living import agrees, cases, follow_ups, lives
from tests.the_line import TheLine

HOUR = timedelta(hours=1)


@pytest.fixture
def asked(line: TheLine) -> TheLine:
    """Ana has just been asked how she is. Vee is on duty; Oda leads."""
    line.runtime.do(lambda uow: make.volunteer(uow, VEE, "Vee"))
    line.runtime.do(lambda uow: make.volunteer(uow, ODA, "Oda", lead=True, always=False))
    return followed(line, "check_ins", "weekly_check_in")


@pytest.fixture
def greeted(line: TheLine) -> TheLine:
    """Ana has just had a warm word that asks nothing."""
    return followed(line, "caring", "caring_contacts")


def followed(line: TheLine, consent: str, plan: str) -> TheLine:
    agrees(line, ANA, consent)
    line.runtime.do(lambda uow: series.begin(uow, uow.session.merge(line.contact(ANA)), plan))
    [waiting] = follow_ups(line, "planned")
    lives(line, waiting.due_at + timedelta(seconds=2))
    assert len(line.sent_to(ANA)) == 1
    return line


@pytest.mark.parametrize("mood", ["1", "2", "two i guess"])
def test_a_low_mood_reaches_those_on_duty(asked: TheLine, mood: str) -> None:
    asked.answers(ANA, mood)
    asked.carries_out()
    [case] = cases(asked)
    assert (case.reason, case.priority, case.state) == ("low mood in a check-in", "soon", "open")
    for number in (VEE, ODA):
        assert f"Case {case.number}" in asked.sent_to(number)[-1]
        assert "answered one of our texts" in asked.sent_to(number)[-1]


def test_nobody_is_called_up_for_a_good_mood(asked: TheLine) -> None:
    asked.answers(ANA, "5")
    asked.carries_out()
    assert cases(asked) == []
    assert asked.sent_to(VEE) == []
    assert follow_ups(asked, "sent")[0].answered_at is not None


@pytest.mark.parametrize("words", ["call me", "can someone call me please", "llámeme por favor"])
def test_whoever_asks_to_be_called_is_passed_on(asked: TheLine, words: str) -> None:
    asked.answers(ANA, words)
    [case] = cases(asked)
    assert (case.reason, case.priority) == ("wants a call, after one of our texts or calls", "soon")


def test_signs_of_danger_are_urgent_and_answered_at_once(asked: TheLine) -> None:
    assert "988" in asked.answers(ANA, "i want to die")
    [case] = cases(asked)
    assert case.priority == "urgent"
    assert "crisis" in [item.kind for item in asked.runtime.read(lambda s: list(s.scalars(select(Alert))))]


def test_anything_else_than_a_number_reaches_a_person_once(asked: TheLine) -> None:
    asked.answers(ANA, "my cat died this morning")
    asked.answers(ANA, "she was nineteen")
    [case] = cases(asked)
    assert case.reason == "gave an unexpected answer"
    assert make.decrypted(asked.runtime, case, "words_encrypted") == "my cat died this morning"


def test_a_case_that_nobody_takes_is_announced_again(asked: TheLine) -> None:
    asked.answers(ANA, "1")
    asked.carries_out()
    before = len(asked.sent_to(VEE))
    lives(asked, 5 * HOUR)
    assert "still waits" in asked.sent_to(VEE)[before]


def test_writing_back_to_a_warm_word_reaches_a_person(greeted: TheLine) -> None:
    said = greeted.answers(ANA, "thank you, I needed that today")
    assert "Someone on our team will read this" in said
    [case] = cases(greeted)
    assert (case.reason, case.priority) == ("replied to one of our texts", "normal")


def test_only_the_first_answer_is_taken_for_one(greeted: TheLine) -> None:
    greeted.answers(ANA, "thank you")
    greeted.answers(ANA, "one more thing")
    assert len(cases(greeted)) == 1


@pytest.mark.parametrize("words", ["MENU", "PEER", "STOP", "HELP"])
def test_words_that_mean_something_go_their_own_way(greeted: TheLine, words: str) -> None:
    greeted.answers(ANA, words)
    assert cases(greeted) == []


def test_a_text_long_after_is_a_new_beginning(greeted: TheLine) -> None:
    line = greeted
    line.answers(ANA, "STOP")
    line.answers(ANA, "START")
    line.clock.forward(days=20)
    assert "Someone on our team" not in line.answers(ANA, "hello")


def test_someone_who_never_had_a_text_of_ours_gets_the_menu(line: TheLine) -> None:
    line.answers(ANA, "hello")
    line.clock.forward(days=1)
    assert "Someone on our team" not in line.answers(ANA, "hello again")
    assert cases(line) == []
    assert line.runtime.read(lambda s: s.scalars(select(Contact)).one()).unanswered == 0
